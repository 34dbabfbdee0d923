// Package apitest is the contract of package api as a test suite: every client
// passes it against its platform's server in api/sandbox, over real HTTP.
//
// The client of another platform uses it in three of its tests:
//
//   - TestContract calls [Run] with a function that makes a [Fixture]: the
//     provider, a conversation to work in, and the [Server] behind it. Through
//     the server the suite lets customers write, breaks requests and reads which
//     messages arrived. [Control] is a Server for every platform of the sandbox:
//     it needs the platform's name and which requests are which [Call]. Each
//     test gets its own fixture, so tests run in parallel.
//   - TestOddAnswers calls [OddAnswers], which changes one thing after the other in
//     the answers of the sandbox: lists that end early or are none, and each field.
//   - FuzzAnswers calls [FuzzAnswers], which gives every call of the client
//     answers that no server should give.
//
// An ability that the client does not have skips its tests and says so. A new
// ability of package api needs a test here, in the file of what it is about, a
// line in the sections of Run, and a line in calls. Where the platform's documents leave
// open in which order lists come, [RunLists] runs the sections that depend on it
// once more for each order.
package apitest

import (
	"context"
	"slices"
	"testing"
	"time"

	"unibox/api"
)

// Fixture is one account on a server that no other test uses.
type Fixture struct {
	Provider api.Provider
	// Token is the credential. No error may contain it.
	Token string
	// WithToken returns a provider for the same account with another credential.
	WithToken func(token string) api.Provider
	// Renewing is WithToken for a client that can read its token again. While
	// the token is refused the client explains it with the text Refused.
	Renewing func(token string, read func(context.Context) (string, error)) api.Provider
	Server   Server
	// Chat is the conversation to work in: at least 100 messages from both
	// sides, and its customer can be written to.
	Chat api.ConversationID
	// FailText is a text whose delivery fails with a reason; empty if the server
	// has none.
	FailText string
	// RetryText is a text whose delivery fails, and arrives after
	// RetryMessage, if the client is an api.Retrier.
	RetryText string
	// Shared is a conversation whose number several contacts share, if the
	// client is an api.ContactChooser.
	Shared api.ConversationID
	// First is a first message that is delivered, if the client is an
	// api.Starter. OpenKind is the kind of channel on which its contact can be
	// opened, if the client is an api.Opener.
	First    api.FirstMessage
	OpenKind api.ChannelKind
	// Channel is a kind of channel that is not connected yet, and ChannelFields
	// what connecting it takes, if the client is an api.ChannelAdmin.
	Channel       api.ChannelKind
	ChannelFields map[string]string
	// PairKind is a kind of channel that is connected by a QR code, a code or a link,
	// and PairFields what that takes, if the client is an api.Pairer.
	PairKind   api.ChannelKind
	PairFields map[string]string
	// Nobody is an address without an account on First's channel, if the client is an
	// api.Checker.
	Nobody string
	// Template is a first message, without a body, on a channel that takes templates,
	// and Templating the account that has it, if the client is an api.Templater.
	Template   api.FirstMessage
	Templating api.Provider
	// Book is what to fill in to add an entry of each kind, if the client is an
	// api.Bookkeeper.
	Book map[string]map[string]string
	// Erasable is a conversation in which messages of ours can be deleted, Chat if it
	// is empty.
	Erasable api.ConversationID
	// Spoil turns a cursor into one that the platform does not know, in a form
	// that the client takes for a good one.
	Spoil func(api.Cursor) api.Cursor
}

// Server is the platform behind a provider, seen from the other side.
type Server interface {
	// Inbound lets the customer of a conversation write.
	Inbound(t testing.TB, id api.ConversationID, text string)
	// Break makes the requests that f names fail.
	Break(t testing.TB, f Fault)
	// Received lists the messages that the platform accepted, in order.
	Received(t testing.TB) []Received
}

// Received is a message that the platform accepted.
type Received struct {
	// Conversation is empty for a first message.
	Conversation string
	Text         string
	Files        int
}

// Call names the requests that can be made to fail.
type Call string

// The calls.
const (
	CallConversations Call = "conversations"
	CallMessages      Call = "messages"
	CallSend          Call = "send"
	CallUpload        Call = "upload"
)

// FaultKind is what happens to a request.
type FaultKind string

// The kinds of fault, as the control side of the sandbox names them. The first
// three keep the request from taking effect.
const (
	FaultStatus     FaultKind = "status"      // answered with Status and Retry
	FaultPage       FaultKind = "html"        // answered with the HTML page of a gateway
	FaultDropBefore FaultKind = "drop_before" // the connection is cut
	FaultDropAfter  FaultKind = "drop_after"  // cut after the effect, without an answer
	FaultTruncate   FaultKind = "truncate"    // half an answer, then a cut
	FaultLatency    FaultKind = "latency"     // the answer comes after Wait
	FaultDate       FaultKind = "date"        // the Date of the answer is Wait ahead
	FaultDrip       FaultKind = "drip"        // the answer comes in pieces over Wait
)

// Fault breaks the next Calls requests of a call; all of them if negative.
type Fault struct {
	Call   Call
	Calls  int
	Kind   FaultKind
	Status int
	Retry  time.Duration
	Wait   time.Duration
	// Percent is the share of requests that the fault hits, by chance; 0 is all.
	Percent int
}

// section is one test of the suite. lists is set where the result depends on the
// order of lists, or on which conversations they hold.
type section struct {
	name  string
	test  func(*testing.T, Fixture)
	lists bool
}

// sections returns the suite, in the order of its tests.
func sections() []section {
	all := []section{
		{"traits", testTraits, false},
		{"identity", testIdentity, false},
		{"conversations", testConversations, true},
		{"details", testDetails, false},
		{"history", testHistory, true},
		{"history while customers write", testHistoryGrows, true},
		{"unknown cursor", testUnknownCursor, true},
		{"denied abilities", testDeniedAbilities, true},
		{"send", testSend, true},
		{"failed delivery", testFailedDelivery, false},
		{"retry", testRetry, false},
		{"schedule", testSchedule, false},
		{"upload", testUpload, false},
		{"upload answer lost", testUploadLost, false},
		{"first message", testFirstMessage, true},
		{"open", testOpen, true},
		{"quote", testQuote, false},
		{"watch", testWatch, false},
		{"search", testSearch, true},
		{"templates", testTemplates, false},
		{"pair", testPair, false},
		{"check", testCheck, false},
		{"channels", testChannels, false},
		{"read", testRead, true},
		{"star", testStar, true},
		{"pin", testPin, true},
		{"mute", testMute, true},
		{"archive", testArchive, true},
		{"close", testClose, true},
		{"block", testBlock, true},
		{"opt out", testOptOut, true},
		{"mark as answered", testAnswer, false},
		{"note", testNote, false},
		{"assign by number", testAssignByID, false},
		{"remove", testRemove, true},
		{"pin a message", testPinMessage, false},
		{"edit", testEdit, false},
		{"delete", testDelete, false},
		{"react", testReact, false},
		{"assign", testAssign, false},
		{"responsible", testResponsible, false},
		{"choose contact", testChooseContact, false},
		{"directory", testDirectory, true},
		{"book", testBook, false},
		{"files of a conversation", testFiles, false},
		{"facts", testFacts, false},
		{"raw message", testRaw, false},
		{"saved replies", testSavedReplies, false},
		{"read faults", testReadFaults, false},
		{"lasting read faults", testLastingReadFaults, false},
		{"read rate limit", testReadRateLimit, false},
		{"slow and lossy connection", testSlowConnection, false},
		{"cancelled", testCancelled, false},
		{"wrong token", testWrongToken, false},
		{"renewed token", testRenewal, false},
		{"server clock", testServerClock, false},
	}
	for _, c := range sendFaults {
		all = append(all, section{"send fault/" + c.name, c.test, false})
	}
	return all
}

// Run runs the suite. fixture is called once for each test.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) { run(t, sections(), fixture) }

// RunLists runs the tests whose result depends on the order of lists, or on
// which conversations they hold. It is for a platform whose documents leave that
// open: Run for one way, RunLists for each other.
func RunLists(t *testing.T, fixture func(t *testing.T) Fixture) {
	run(t, slices.DeleteFunc(sections(), func(s section) bool { return !s.lists }), fixture)
}

func run(t *testing.T, suite []section, fixture func(t *testing.T) Fixture) {
	for _, s := range suite {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.test(t, fixture(t))
		})
	}
}
