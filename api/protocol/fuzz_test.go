package protocol

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
		return New(api.Login{Account: "acme", BaseURL: "https://api.protocol.chat/protocol/v1", Token: "sandbox-protocol-token", Pace: 1e6, Transport: network})
	}, server, "https://api.protocol.chat/protocol/v1/")
}
