package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// redactedMark replaces a credential in a text.
const redactedMark = "[token]"

// longSecret is the length from which a credential cannot be a word of somebody's
// message.
const longSecret = 16

// shortSecret is the length below which a secret is not redacted.
const shortSecret = 4

// redactor removes credentials from what a server says, in case it repeats them.
type redactor struct {
	all *strings.Replacer
	// tokens are those long enough to be removed from whole answers.
	tokens [][]byte
}

// newRedactor finds the credentials in the headers that carry them. A password may be an
// ordinary word, so it is removed from errors only, not from answers.
func newRedactor(all []http.Header) redactor {
	var s redactor
	var pairs []string
	add := func(secret string, inAnswers bool) {
		for _, form := range spellings(secret) {
			pairs = append(pairs, form, redactedMark)
			if inAnswers && len(secret) >= longSecret {
				s.tokens = append(s.tokens, []byte(form))
			}
		}
	}
	for _, header := range all {
		for _, values := range header {
			for _, v := range values {
				add(v[strings.LastIndex(v, " ")+1:], true)
			}
		}
		_, password, _ := (&http.Request{Header: header}).BasicAuth()
		add(password, false)
	}
	s.all = strings.NewReplacer(pairs...)
	return s
}

// spellings are the ways in which a secret may be written: as it is, in JSON
// and in an address.
func spellings(secret string) []string {
	if len(secret) < shortSecret {
		return nil // it would take every sentence apart
	}
	quoted, _ := json.Marshal(secret) // text can be encoded
	forms := []string{secret, string(quoted[1 : len(quoted)-1]), strings.ReplaceAll(secret, "/", `\/`), url.QueryEscape(secret), url.PathEscape(secret)}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// text returns s without any credential.
func (s redactor) text(t string) string { return s.all.Replace(t) }

// body returns an answer without the token.
func (s redactor) body(b []byte) []byte {
	for _, t := range s.tokens {
		if bytes.Contains(b, t) {
			b = bytes.ReplaceAll(b, t, []byte(redactedMark))
		}
	}
	return b
}
