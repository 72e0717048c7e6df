package onnx_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/models/onnx/onnxtest"
)

// BenchmarkSession measures photos per second by batch size, one thread a Run and as many
// Runs at a time as -cpu says.
func BenchmarkSession(b *testing.B) {
	for _, model := range []string{"mobilenetv2", "mobilenetv2-int8"} {
		for _, size := range []int{1, 2, 4, 8, 16} {
			b.Run(fmt.Sprintf("%s/batch=%d", model, size), func(b *testing.B) {
				path := filepath.Join(onnxtest.SharedModel(b, model), "model_features.onnx")
				s, err := onnxtest.Runtime(b).Load(path, onnx.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = s.Close() }()
				x := onnx.Tensor{Shape: []int64{int64(size), 3, 224, 224}, F32: bundle.Noise(1, size*3*224*224)}
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := s.Run(context.Background(), x); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "photos/s")
			})
		}
	}
}
