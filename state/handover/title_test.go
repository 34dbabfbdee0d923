package handover

import "testing"

// A channel is called by words, not by the name that is stored.
func TestTheChannelIsNamedInWords(t *testing.T) {
	c := Conversation{Account: "shop", ID: "1", Name: "Anna", Channel: "whatsapp_business"}
	if got := c.title(); got != "Anna (shop, whatsapp business)" {
		t.Errorf("%q", got)
	}
}
