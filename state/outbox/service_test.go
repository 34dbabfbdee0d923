package outbox_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/sandbox"
	"unibox/api/textus"
	"unibox/state/outbox"
)

// service is one platform as the campaign sees it, or a version of its API.
type service struct {
	name   string
	client func(at sandbox.Account, over http.RoundTripper) (api.Provider, error)
	// The requests of sending; nil where the platform has no such thing.
	send, first, open, upload, track, look *regexp.Regexp
	// file is one that goes apart from its text, or with it, as it may be.
	file string
}

var services = []service{
	{
		name: "pact", file: "bill.pdf",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return pact.New(api.Login{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company}, Pace: at.Pace, Transport: over})
		},
		send:   regexp.MustCompile(`^POST .*/messages$`),
		first:  regexp.MustCompile(`^POST .*/channels/\d+/conversations$`),
		open:   regexp.MustCompile(`^POST .*/154/conversations$`),
		upload: regexp.MustCompile(`^POST .*/attachments$`),
		track:  regexp.MustCompile(`^GET .*/jobs/`),
		look:   regexp.MustCompile(`^GET .*/messages$`),
	},
	{
		name: "textus",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return textus.New(api.Login{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Pace: at.Pace, Transport: over})
		},
		send:  regexp.MustCompile(`^POST .*/messages$`),
		first: regexp.MustCompile(`^POST .*/messages$`),
		open:  regexp.MustCompile(`^GET .*/conversations/\+`),
		track: regexp.MustCompile(`^GET .*/timeline$`),
		look:  regexp.MustCompile(`^GET .*/timeline$`),
	},
	{
		name: "protocol", file: "bill.pdf",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return protocol.New(api.Login{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Pace: at.Pace, Transport: over})
		},
		send:   regexp.MustCompile(`^POST .*/messages$`),
		first:  regexp.MustCompile(`^POST .*/messages$`),
		open:   regexp.MustCompile(`^POST .*/conversations$`),
		upload: regexp.MustCompile(`^POST .*/attachments$`),
		look:   regexp.MustCompile(`^GET .*/messages$`),
	},
	{
		name: "pact p2", file: "bill.pdf",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return pact.New(api.Login{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company, "api": "p2"}, Pace: at.Pace, Transport: over})
		},
		send:   regexp.MustCompile(`^POST .*/conversations/\d+/messages$`),
		first:  regexp.MustCompile(`^POST /api/p2/messages$`),
		open:   regexp.MustCompile(`^GET .*/p2/conversations$`),
		upload: regexp.MustCompile(`^POST .*/attachments/$`),
		track:  regexp.MustCompile(`^GET .*/messages/\d+$`),
		look:   regexp.MustCompile(`^GET .*/messages$`),
	},
}

// platform is the name of the service's platform.
func (s service) platform() string {
	name, _, _ := strings.Cut(s.name, " ")
	return name
}

// played are the services of a test that takes long: one version of each platform, or
// all with -full.
func played() []service {
	if *outbox.Full {
		return services
	}
	return slices.DeleteFunc(slices.Clone(services), func(s service) bool { return s.name != s.platform() })
}
