package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"unicode"
)

// fault is what is wrong with one key of an account.
type fault struct{ key, text string }

// faults lists what is wrong with an account. A key that is in the table but
// could not be read has been reported already.
func (a Account) faults(table map[string]any) []fault {
	var out []fault
	for _, need := range []struct{ key, value string }{{"name", a.Name}, {"platform", a.Platform}} {
		if _, tried := table[need.key].(string); need.value == "" && (tried || table[need.key] == nil) {
			out = append(out, fault{need.key, need.key + " is missing"})
		}
	}
	if strings.ContainsFunc(a.Name, unicode.IsControl) {
		out = append(out, fault{"name", "name must be one line of plain text"})
	}
	if text := tokenFault(table); text != "" {
		out = append(out, fault{"token", text})
	}
	if a.BaseURL != "" && !safeURL(a.BaseURL) {
		out = append(out, fault{"base_url", "base_url must be an https address, or http on this machine"})
	}
	return out
}

var tokenKeys = []string{"token_command", "token_env", "token_file", "token"}

func tokenFault(table map[string]any) string {
	set := 0
	for _, key := range tokenKeys {
		if value, ok := table[key]; ok && value != "" {
			set++
		}
	}
	switch {
	case set == 0:
		return "the token is missing: set one of " + strings.Join(tokenKeys, ", ")
	case set > 1:
		return "the token is given more than once: keep one of " + strings.Join(tokenKeys, ", ")
	}
	return ""
}

// safeURL reports whether a token may travel to text: https, or http that
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

// unique reports whether no account before has the name.
func (r *reader) unique(at path, a Account) bool {
	for _, other := range r.config.Accounts {
		if other.Name == a.Name {
			line := r.doc.accountLine(a.Name, "name")
			r.blame(at.with("name"), a.Name, fmt.Sprintf("the name is taken by the account of line %d", line))
			return false
		}
	}
	return true
}

// checkPrivate reports tokens in files that other users can read. The accounts
// stay: the harm is done, and leaving them out would not undo it.
func (r *reader) checkPrivate() {
	told := map[string]bool{}
	for _, a := range r.config.Accounts {
		file, key := a.TokenFile, "token_file"
		if a.Token != "" {
			file, key = r.doc.file, "token"
		}
		if file != "" && !told[file] && shared(file) {
			told[file] = true
			line := r.doc.accountLine(a.Name, key)
			r.problems = append(r.problems, Problem{r.doc.file, line, a.Name, "others can read the token: chmod 600 " + file})
		}
	}
}

func shared(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().Perm()&0o077 != 0
}
