package wire

import "time"

// WebhookRequest asks for messages to an address.
type WebhookRequest struct {
	URL string `json:"url" format:"uri" maxLength:"2000" doc:"An http or https address without user and password."`
	All bool   `json:"all,omitempty" doc:"Hear of all owners' claims; for admin keys."`
}

// Webhook is an address that hears of outcomes.
type Webhook struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	All       bool      `json:"all,omitempty" doc:"It hears of all owners' claims."`
	Secret    string    `json:"secret,omitempty" doc:"Signs the messages (Standard Webhooks). Shown once, when made."`
	CreatedAt time.Time `json:"created_at"`
}

// WebhookList lists webhooks by creation.
type WebhookList struct {
	Webhooks []Webhook `json:"webhooks" nullable:"false"`
}

// Delivery is one message to one webhook.
type Delivery struct {
	ID          string    `json:"id" doc:"Also the message's webhook-id."`
	Webhook     string    `json:"webhook" doc:"The webhook that it went to."`
	Claim       string    `json:"claim"`
	Type        string    `json:"type"`
	Attempts    int       `json:"attempts"`
	CreatedAt   time.Time `json:"created_at"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	Failure     string    `json:"failure,omitempty" doc:"The last error."`
}

// DeliveryList lists deliveries, newest first.
type DeliveryList struct {
	Deliveries []Delivery `json:"deliveries" nullable:"false"`
}
