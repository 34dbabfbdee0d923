// Package apitest is the contract of package api as a test suite: every client
// passes it against its platform's sandbox over real HTTP.
//
// A client's test calls [Run] with a function that makes a [Fixture]: the
// provider, a conversation to work in, and the [Server] behind it, through
// which the suite lets customers write, breaks answers and counts what
// arrived. [Control] is such a server for the sandbox. Each test gets a
// fixture of its own, so that tests may run beside each other.
//
// What a client cannot do skips its section and says why.
package apitest

import (
	"context"
	"testing"
	"time"

	"unibox/api"
)

// Fixture is one account on a server of its own.
type Fixture struct {
	Provider api.Provider
	// Token is the credential; no error may contain it.
	Token string
	// WithToken returns a provider for the same account with another credential.
	WithToken func(token string) api.Provider
	// Renewing is WithToken with a way to read the token again, which tells a
	// person what Refused says.
	Renewing func(token string, read func(context.Context) (string, error)) api.Provider
	Server   Server
	// Chat is a conversation with at least 100 messages from both sides, whose
	// customer can be written to.
	Chat api.ConversationID
	// FailText is a text whose delivery fails with a reason. Empty where the
	// server has no such thing.
	FailText string
	// RetryText is a text whose delivery fails and arrives when the platform
	// tries again, if the client is an api.Retrier.
	RetryText string
	// Shared is a conversation whose number several contacts share, if the
	// client is an api.ContactChooser.
	Shared api.ConversationID
	// First is a first message that will be delivered, if the client is an
	// api.Starter, and OpenKind the kind of channel its contact can be
	// opened on, if it is an api.Opener.
	First    api.FirstMessage
	OpenKind api.ChannelKind
	// Channel is a kind of channel that is not connected, with its fields, if
	// the client is an api.ChannelAdmin.
	Channel       api.ChannelKind
	ChannelFields map[string]string
	// Spoil turns a good cursor into one that the platform does not know but
	// the client cannot tell from a good one.
	Spoil func(api.Cursor) api.Cursor
}

// Server is the platform behind a provider, seen from the other side.
type Server interface {
	// Inbound lets the customer of a conversation write.
	Inbound(t testing.TB, id api.ConversationID, text string)
	// Break spoils requests as f says.
	Break(t testing.TB, f Fault)
	// Received lists what the platform took in to send, in order.
	Received(t testing.TB) []Received
}

// Received is a message that the platform took in.
type Received struct {
	// Conversation is empty for a first message.
	Conversation string
	Text         string
	Files        int
}

// Call names the requests that can be broken.
type Call string

// The calls.
const (
	CallConversations Call = "conversations"
	CallMessages      Call = "messages"
	CallSend          Call = "send"
	CallUpload        Call = "upload"
)

// Harm is what happens to a request.
type Harm string

// The harms. Those up to HarmDropBefore keep the request from taking effect.
const (
	HarmStatus     Harm = "status"      // answered with Status and Retry
	HarmPage       Harm = "html"        // answered with a gateway's page
	HarmDropBefore Harm = "drop_before" // the connection is cut
	HarmDropAfter  Harm = "drop_after"  // cut after the effect, without an answer
	HarmTruncate   Harm = "truncate"    // half an answer
	HarmLatency    Harm = "latency"     // the answer takes Wait
	HarmDate       Harm = "date"        // its Date is Wait ahead
	HarmDrip       Harm = "drip"        // it takes Wait to come, bit by bit
)

// Fault breaks the next Calls requests of a kind; all of them if negative.
type Fault struct {
	Call   Call
	Calls  int
	Harm   Harm
	Status int
	Retry  time.Duration
	Wait   time.Duration
	// Percent is the share of requests that it strikes, by chance; 0 is all.
	Percent int
}

// Run runs the suite. fixture is called once for each test.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) {
	for _, section := range []struct {
		name string
		test func(*testing.T, Fixture)
	}{
		{"traits", testTraits},
		{"identity", testIdentity},
		{"conversations", testConversations},
		{"details", testDetails},
		{"history", testHistory},
		{"history while customers write", testHistoryMoves},
		{"spoiled cursor", testSpoiledCursor},
		{"send", testSend},
		{"failed delivery", testFailedDelivery},
		{"upload", testUpload},
		{"first message", testStart},
		{"open", testOpen},
		{"channels", testChannels},
		{"pin", testPin},
		{"mute", testMute},
		{"archive", testArchive},
		{"remove", testRemove},
		{"pin a message", testPinMessage},
		{"edit", testEdit},
		{"delete", testDelete},
		{"react", testReact},
		{"denials", testDenials},
		{"read", testRead},
		{"star", testStar},
		{"close", testClose},
		{"block", testBlock},
		{"opt out", testOptOut},
		{"assign", testAssign},
		{"choose contact", testChooseContact},
		{"retry", testRetry},
		{"schedule", testSchedule},
		{"directory", testDirectory},
		{"facts", testFacts},
		{"canned", testCanned},
		{"read faults", testReadFaults},
		{"read faults that stay", testStubbornReadFaults},
		{"read too often", testReadRateLimit},
		{"upload answer lost", testUploadLost},
		{"wrong token", testWrongToken},
		{"renewed token", testRenewal},
		{"clocks", testClock},
		{"slow and lossy line", testSlowLine},
		{"cancelled", testCancelled},
	} {
		t.Run(section.name, func(t *testing.T) {
			t.Parallel()
			section.test(t, fixture(t))
		})
	}
	for _, c := range sendFaults {
		t.Run("send/"+c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, fixture(t))
		})
	}
}
