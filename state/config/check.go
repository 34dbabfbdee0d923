package config

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// fault is what is wrong with one key of an account.
type fault struct{ key, text string }

// faults lists what is wrong with an account. A key that is in the table but
// could not be read has been reported already.
func (r *reader) faults(a Account, p Platform, known bool, table map[string]any) []fault {
	out := missing(p, table)
	if a.Platform != "" && !known {
		out = append(out, fault{"platform", fmt.Sprintf("unknown platform %q; there is %s", a.Platform, r.platformNames())})
	}
	if strings.ContainsFunc(a.Name, unicode.IsControl) {
		out = append(out, fault{"name", "name must be one line of plain text"})
	}
	if a.BaseURL != "" && !safeURL(a.BaseURL) {
		out = append(out, fault{"base_url", "base_url must be an https address, or http on this machine"})
	}
	out = append(out, credential(p, table)...)
	return append(out, r.exposed(a)...)
}

// missing lists the keys that an account has to have and has not.
func missing(p Platform, table map[string]any) []fault {
	keys := []string{"name", "platform"}
	for _, key := range p.Keys {
		if key.Required && p.Name != "" {
			keys = append(keys, key.Name)
		}
	}
	var out []fault
	for _, key := range keys {
		if _, tried := table[key]; !tried {
			out = append(out, fault{key, key + " is missing"})
		}
	}
	return out
}

// safeURL reports whether a token may be sent to text: https, or http that
// does not leave this machine.
func safeURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// addressNames are what the key of an address is called elsewhere.
var addressNames = []string{"url", "api_url", "server", "host", "endpoint", "origin", "address"}

var hostPort = compiled(`^[\w.-]+:\d+(/|$)`)

// losesAddress reports whether an unknown key of an account seems to be its address, and
// no other key is: without it the token would go to the platform's own server.
func (f fields[T]) losesAddress(key string, table map[string]any) bool {
	_, own := table["base_url"]
	return f["base_url"].guarded && !own && (Nearest(key, addressNames) != "" || isAddress(table[key]))
}

// isAddress reports whether a value looks like the address of a server, or has one in it.
func isAddress(value any) bool {
	switch v := value.(type) {
	case string:
		v = strings.ToLower(strings.TrimSpace(v))
		return strings.HasPrefix(v, "http") || hostPort().MatchString(v)
	case []any:
		return slices.ContainsFunc(v, isAddress)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), isAddress)
	}
	return false
}

// withoutAddress leaves out the accounts that have no base_url.
func (c *Config) withoutAddress() {
	c.Accounts = slices.DeleteFunc(c.Accounts, func(a Account) bool {
		if a.BaseURL != "" {
			return false
		}
		for _, i := range c.doc.named(a.Name) {
			delete(c.used, element("account", i).id())
		}
		return true
	})
}

// unique reports whether no account before has the name or the same login:
// an account that is there twice would show every conversation twice.
func (r *reader) unique(at path, a Account) bool {
	for _, other := range r.config.Accounts {
		line := r.doc.accountLine(other.Name, "name")
		switch {
		case other.Name == a.Name:
			r.blame(at.with("name"), a.Name, fmt.Sprintf("the name is taken by the account of line %d", line), leftOut("account"))
			return false
		case reflect.DeepEqual(r.login(other), r.login(a)):
			r.blame(at.with("name"), a.Name, fmt.Sprintf("this is the account of line %d under another name", line), leftOut("account"))
			return false
		}
	}
	return true
}

// login is an account without its name and settings. A key with a choice of values says
// how the platform is spoken to, not who does.
func (r *reader) login(a Account) Account {
	a.Keys = maps.Clone(a.Keys)
	p, _ := r.platform(a.Platform)
	for _, key := range p.Keys {
		if key.Values != nil {
			delete(a.Keys, key.Name)
		}
	}
	a.Name, a.Pace, a.Retention, a.Forward = "", 0, nil, ""
	for _, s := range []*Source{&a.Token, &a.Password} {
		s.file, s.account, s.of = "", "", [sha256.Size]byte{}
	}
	return a
}

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
