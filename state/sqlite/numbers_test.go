package sqlite

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
)

// These numbers are on people's disks, and some of them in queries. A new one
// goes to the end of its list, here and in the source; none moves, none is
// taken away.
var numbers = []struct {
	file, typ string
	names     []string
	// is checks that the constants of the program have the numbers of the list.
	is bool
}{
	{"../outbound.go", "Status", []string{"Queued", "Uploading", "InFlight", "Accepted", "Done", "Failed", "Uncertain", "Held"},
		inOrder(state.Queued, state.Uploading, state.InFlight, state.Accepted, state.Done, state.Failed, state.Uncertain, state.Held)},
	{"../state.go", "HealthState", []string{"HealthStarting", "HealthLive", "HealthRetrying", "HealthStopped"},
		inOrder(state.HealthStarting, state.HealthLive, state.HealthRetrying, state.HealthStopped)},
	{"../../api/api.go", "Direction", []string{"Inbound", "Outbound"}, inOrder(api.Inbound, api.Outbound)},
	{"../../api/api.go", "MessageKind", []string{"KindText", "KindEvent", "KindUnknown", "KindDeleted"}, inOrder(api.KindText, api.KindEvent, api.KindUnknown, api.KindDeleted)},
	{"../../api/api.go", "Delivery", []string{"DeliveryUnsaid", "DeliveryScheduled", "DeliveryAccepted", "DeliverySent", "DeliveryDelivered",
		"DeliveryRead", "DeliveryFailed", "DeliveryUncertain"},
		inOrder(api.DeliveryUnsaid, api.DeliveryScheduled, api.DeliveryAccepted, api.DeliverySent, api.DeliveryDelivered,
			api.DeliveryRead, api.DeliveryFailed, api.DeliveryUncertain)},
	// What a conversation denies is stored by the bit of the ability.
	{"../../api/abilities.go", "Caps", []string{"CapTrack", "CapUpload", "CapStart", "CapOpen", "CapDetails", "CapChannels", "CapRead", "CapStar",
		"CapPin", "CapMute", "CapArchive", "CapClose", "CapBlock", "CapOptOut", "CapPinMessage", "CapAssign", "CapChooseContact", "CapRemove",
		"CapRetry", "CapEdit", "CapDelete", "CapReact", "CapSchedule", "CapDirectory", "CapFacts", "CapCanned", "CapWatch", "CapQuote", "CapSearch", "CapAnswer",
		"CapTemplates", "CapPair", "CapNote", "CapAssignByID", "CapCheck", "CapBook", "CapFiles", "CapRaw", "CapAssignees"},
		api.CapTrack == 1 && api.CapCanned == 1<<25},
	{"remotestate.go", "flagBit", []string{"read", "answered", "starred", "pinned", "muted", "archived", "closed", "blocked", "optedOut", "mineBit", "assignedBit"},
		inOrder(read, answered, starred, pinned, muted, archived, closed, blocked, optedOut, mineBit, assignedBit)},
}

// inOrder checks that values are 0, 1, 2 and so on.
func inOrder[T ~uint8](values ...T) bool {
	for i, v := range values {
		if int(v) != i {
			return false
		}
	}
	return true
}

func TestStoredNumbersStay(t *testing.T) {
	for _, s := range numbers {
		source := constants(t, s.file, s.typ)
		if !slices.Equal(source, s.names) {
			t.Errorf("%s: the source has %q, on disk are %q: a new one goes to the end of both lists", s.typ, source, s.names)
		}
		if !s.is {
			t.Errorf("%s: a number has changed", s.typ)
		}
	}
}

// What is stored as JSON or as a word goes by its names.
func TestStoredNamesStay(t *testing.T) {
	for want, v := range map[string]any{
		`[{"Remote":"r","Name":"n","MIME":"m","URL":"u","Size":1}]`:               []api.Attachment{{Remote: "r", Name: "n", MIME: "m", URL: "u", Size: 1}},
		`[{"Name":"n","Who":["w"]}]`:                                              []api.Reaction{{Name: "n", Who: []string{"w"}}},
		`[{"path":"p","name":"n","mime":"m","size":1,"remote":"r"}]`:              []state.File{{Path: "p", Name: "n", MIME: "m", Size: 1, Remote: "r"}},
		`{"channel":{"Account":"a","Remote":"c"},"kind":"k","to":"t","name":"n"}`: state.First{Channel: api.ChannelID{Account: "a", Remote: "c"}, Kind: "k", To: "t", Name: "n"},
		`[{"cap":64,"why":"w"}]`:                                                  []api.Denial{{Cap: api.CapRead, Why: "w"}},
	} {
		if text, err := json.Marshal(v); err != nil || string(text) != want {
			t.Errorf("%s is on disk, %s is written now (%v)", want, text, err)
		}
	}
	words := []string{"answer", "archive", "assign", "assign by id", "block", "choose contact", "close", "delete", "edit", "mute", "note", "opt out", "pin", "pin message",
		"react", "read", "remove", "retry", "star"}
	var got []string
	for _, a := range api.Abilities() {
		if a.Word != "" {
			got = append(got, a.Word)
		}
	}
	if slices.Sort(got); !slices.Equal(got, words) {
		t.Errorf("abilities are written as %q", got)
	}
}

// The state that an ability switches is stored, and has a mark for the lists.
func TestEverySwitchIsStored(t *testing.T) {
	for _, a := range api.Abilities() {
		if a.State == nil {
			continue
		}
		for _, on := range []bool{true, false} {
			var in, out api.Conversation
			*a.State(&in) = api.Known(on)
			s := remoteStateOf(in)
			parseRemoteState(s.String()).over(remoteState{}).onto(&out)
			if *a.State(&out) != api.Known(on) {
				t.Errorf("%s: %v does not come back", a.Name, on)
			}
			k, ok := changedBit[a.Cap]
			if got, said := s.bits().get(k); !ok || !said || got != on {
				t.Errorf("%s: its mark says %v, %v, %v, want %v", a.Name, got, said, ok, on)
			}
		}
	}
}

// constants lists, in their order, the constants of the block that begins with
// one of a type.
func constants(t *testing.T, file, typ string) (names []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	must(t, err)
	for _, decl := range tree.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST || !ofType(block.Specs[0].(*ast.ValueSpec), typ) {
			continue
		}
		for _, spec := range block.Specs {
			names = append(names, spec.(*ast.ValueSpec).Names[0].Name)
		}
	}
	return names
}

func ofType(spec *ast.ValueSpec, typ string) bool {
	name, ok := spec.Type.(*ast.Ident)
	return ok && name.Name == typ
}
