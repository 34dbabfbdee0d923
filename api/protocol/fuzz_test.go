package protocol

import (
	"net/http"
	"testing"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/sandbox"
)

// FuzzAnswers gives every call of the client the same answer, whatever it is.
func FuzzAnswers(f *testing.F) {
	connect := func(network http.RoundTripper) api.Provider {
		c, err := New(Config{Account: "acme", BaseURL: "https://api.protocol.chat/protocol/v1", Token: "sandbox-protocol-token", Pace: 1e6, Transport: network})
		if err != nil {
			f.Fatal(err)
		}
		return c
	}
	server := sandbox.New(sandbox.Options{Seed: 3, Messages: 30, Conversations: 5, Quiet: true})
	for _, body := range apitest.Seeds(f, connect, server) {
		f.Add(body, byte(0))
	}
	f.Add(`{"status":"errored","errors":["no"]}`, byte(100))
	f.Fuzz(func(t *testing.T, body string, status byte) {
		w := &apitest.Wire{Status: 200 + 2*int(status)%400, Body: body, Origin: "https://api.protocol.chat", Path: "/protocol/v1/"}
		apitest.Answers(t, connect, w)
	})
}
