package p2

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

// TestRoomForAddresses: addresses that are not active get nothing, and take up room.
func TestRoomForAddresses(t *testing.T) {
	idle, active := `{"id": 1, "url": "https://a.example.org", "active": false}`, `{"id": 2, "url": "https://b.example.org", "active": true}`
	for _, tt := range []struct {
		webhooks  []string
		addresses []string
		room      api.Room
	}{
		{[]string{idle, idle, idle, active}, []string{"https://b.example.org"}, api.RoomFree},
		{[]string{idle, idle, idle, idle, idle}, nil, api.RoomNone},
	} {
		answer := `{"webhooks": [` + strings.Join(tt.webhooks, ",") + `]}`
		addresses, room, err := expect(t, exchange{"GET", "/api/p2/companies/31/webhooks", "", 200, answer}).Subscriptions(t.Context())
		if err != nil || room != tt.room || !slices.Equal(addresses, tt.addresses) {
			t.Errorf("%d: %q, %d, %v", len(tt.webhooks), addresses, room, err)
		}
	}
}
