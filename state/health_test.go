package state

import "testing"

func TestOfNoAccountNothingIsComplete(t *testing.T) {
	read, reading := Health{Known: 9, Listed: 9}, Health{Known: 3, Listed: 9}
	for _, c := range []struct {
		all  []Health
		want bool
	}{{nil, false}, {[]Health{read}, true}, {[]Health{read, reading}, false}} {
		if got := Complete(c.all); got != c.want {
			t.Errorf("%+v: %v", c.all, got)
		}
	}
}
