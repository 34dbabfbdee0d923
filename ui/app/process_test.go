package app

import "testing"

// A note is by "olga" on every system: Windows alone puts a domain before the login.
func TestLoginWithoutItsDomain(t *testing.T) {
	for _, c := range []struct{ user, system, want string }{
		{`SHOP\olga`, "windows", "olga"}, {"olga", "windows", "olga"}, {"olga", "linux", "olga"}, {`SHOP\olga`, "linux", `SHOP\olga`},
	} {
		if got := login(c.user, c.system); got != c.want {
			t.Errorf("%s on %s is %s, not %s", c.user, c.system, got, c.want)
		}
	}
}
