package textus

import (
	"net/http"
	"testing"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/sandbox"
)

// FuzzAnswers answers every call of the client with the same random body.
func FuzzAnswers(f *testing.F) {
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	apitest.FuzzAnswers(f, func(network http.RoundTripper) (api.Provider, error) {
		return New(api.Login{Account: "acme", BaseURL: "https://next.textus.com/textus", Token: "sandbox-textus-token", Pace: 1e6, Transport: network})
	}, server, "https://next.textus.com/textus/")
}
