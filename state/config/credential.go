package config

import (
	"os"
	"slices"
	"strings"

	"unibox/state/osfile"
)

// tokenKeys and passwordKeys say where a secret comes from, the best first.
var (
	tokenKeys    = []string{"token_command", "token_env", "token_file", "token"}
	passwordKeys = []string{"password_command", "password_env", "password_file", "password"}
)

// credential lists what is wrong with the secrets of an account.
func credential(p Platform, table map[string]any) []fault {
	tokens, passwords := given(table, tokenKeys), given(table, passwordKeys)
	user := given(table, []string{"user"})
	switch {
	case !p.Password || len(tokens) > 0 && len(user)+len(passwords) == 0:
		return one("token", tokens, tokenKeys)
	case len(tokens) > 0:
		return []fault{{tokens[0], "give either a token, or user with a password"}}
	case len(user)+len(passwords) == 0:
		return []fault{{"token", "the token is missing: set one of " + strings.Join(tokenKeys, ", ") + ", or user with a password"}}
	case len(user) == 0:
		return append([]fault{{"user", "user is missing"}}, one("password", passwords, passwordKeys)...)
	}
	return one("password", passwords, passwordKeys)
}

// given returns those of keys that are in the table.
func given(table map[string]any, keys []string) []string {
	var set []string
	for _, key := range keys {
		if _, ok := table[key]; ok {
			set = append(set, key)
		}
	}
	return set
}

// one requires that exactly one of keys is given.
func one(what string, set, keys []string) []fault {
	switch len(set) {
	case 0:
		return []fault{{what, "the " + what + " is missing: set one of " + strings.Join(keys, ", ")}}
	case 1:
		return nil
	}
	return []fault{{set[len(set)-1], "the " + what + " is given more than once: keep one of " + strings.Join(keys, ", ")}}
}

// exposed refuses a secret in a config that other users can read.
func (r *reader) exposed(a Account) []fault {
	var out []fault
	for _, s := range []Source{a.Token, a.Password} {
		if s.Plain != "" && r.shared {
			out = append(out, fault{s.What, "others can read the " + s.What + ": " + protect(r.doc.file)})
		}
	}
	return out
}

// checkFiles refuses accounts whose secret is in a file that others can read.
func (r *reader) checkFiles() {
	r.config.Accounts = slices.DeleteFunc(r.config.Accounts, r.exposedFile)
}

// exposedFile reports secrets in separate files that others can read. The
// account is refused if the file is this user's; one of somebody else is used
// anyway: some systems provide secrets in such files.
func (r *reader) exposedFile(a Account) (refused bool) {
	for _, s := range []Source{a.Token, a.Password} {
		if s.File == "" || !shared(s.File) {
			continue
		}
		line := r.doc.accountLine(a.Name, s.What+"_file")
		p := Problem{File: r.doc.file, Line: line, Account: a.Name, Text: "others can read the " + s.What + ": " + protect(s.File), Instead: leftOut("account")}
		if !ours(s.File) {
			p.Instead, p.Warning = "it is used anyway", true
		}
		r.problems, refused = append(r.problems, p), refused || !p.Warning
	}
	if refused {
		for _, i := range r.doc.named(a.Name) {
			delete(r.config.used, element("account", i).id())
		}
	}
	return refused
}

// protect is the shell command that makes a file readable by its owner alone, "" where it
// is gone.
func protect(file string) string {
	info, err := os.Stat(file)
	if err != nil {
		return ""
	}
	return osfile.Protect(file, info)
}

func ours(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !osfile.Foreign(info)
}

// shared reports whether others can read a file. Where the system does not say, as of a
// file of another user, it is used as it is.
func shared(file string) bool {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	exposed, err := osfile.Exposed(file, info)
	return exposed && err == nil
}
