package client_test

import (
	"context"
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
)

// A claim is sent and its labels are printed. It needs a running server, so it is compiled
// and not run here.
func Example() {
	ctx := context.Background()
	c := &client.Client{URL: "http://127.0.0.1:8080", Key: "dfk_..."}
	got, err := c.Send(ctx, wire.ClaimRequest{
		ID:      "RMA-1001",
		Text:    "The screen has a crack from corner to corner.",
		Product: "Laptop 14",
		Context: map[string]any{"batch": "B42", "days_since_delivery": 3},
	}, client.Options{IdempotencyKey: "RMA-1001", Wait: 5 * time.Second})
	if after, again := client.RetryAfter(err); again {
		time.Sleep(after) // the server is full: send the same claim once more
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	if got.Prediction == nil {
		fmt.Println(got.State, "ask again for", got.ID)
		return
	}
	for axis, p := range got.Prediction.Axes {
		fmt.Printf("%s: %s (%.2f)\n", axis, p.Label, p.Probability)
	}
}
