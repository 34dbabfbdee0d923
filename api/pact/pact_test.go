package pact

import (
	"testing"

	"unibox/api"
	"unibox/api/pact/p1"
	"unibox/api/pact/p2"
)

func TestTheKeyChoosesTheVersion(t *testing.T) {
	for _, tt := range []struct{ version, base, address string }{
		{"", "https://api.pact.im/p1", "https://api.pact.im/p1"}, {"p1", "https://api.pact.im/api/p2/", "https://api.pact.im/p1"},
		{"p2", "https://api.pact.im/p1", "https://api.pact.im/api/p2"}, {"p2", "https://proxy.example/pact", "https://proxy.example/pact"},
		{"p3", "https://api.pact.im/p1", "https://api.pact.im/p1"},
	} {
		keys := map[string]string{"company": "1", "api": tt.version}
		if got := Address(tt.base, keys); got != tt.address {
			t.Errorf("%s of %s: %s", tt.version, tt.base, got)
		}
		c, err := New(api.Login{Account: "a", BaseURL: tt.base, Token: "t", Keys: keys})
		_, first := c.(*p1.Client)
		_, second := c.(*p2.Client)
		if known := tt.version != "p3"; (err == nil) != known || second != (tt.version == "p2") || first != (known && !second) {
			t.Errorf("%s: %T, %v", tt.version, c, err)
		}
	}
}
