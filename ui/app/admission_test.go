package app

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"unibox/state"
)

var someKeys = state.AgentKeys{{Agent: "anna", Key: "SHA256:a", Box: "one", Removed: true, Changed: 5}, {Agent: "ben", Key: "SHA256:b", Box: "one"}}

// The version before, put back, reads whom the team removed: it knows the file as a list. It may write
// that again, and this version goes by what it wrote.
func TestTheVersionBeforeReadsWhomTheTeamRemoved(t *testing.T) {
	s := Session{Dir: t.TempDir()}
	must(t, s.noteKeys("a team", someKeys))
	path := filepath.Join(s.Dir, "team-agents.json")
	text, err := os.ReadFile(path)
	must(t, err)
	var before []struct {
		Agent, Key, Box string
		Removed         bool
	}
	must(t, json.Unmarshal(text, &before))
	if len(before) != 2 || !before[0].Removed || before[0].Agent != "anna" {
		t.Errorf("it reads %+v", before)
	}
	before[1].Removed = true
	text, err = json.Marshal(before)
	must(t, err)
	must(t, os.WriteFile(path, text, 0o600))
	all, err := s.knownKeys("a team")
	if must(t, err); !all.Removed("anna") || !all.Removed("ben") {
		t.Errorf("this version reads %+v", all)
	}
}

// What is known of one team says nothing of another, in whichever form it is.
func TestTheKeysOfAnotherTeam(t *testing.T) {
	list, err := json.Marshal(someKeys)
	must(t, err)
	both := `{"Team":"a team","Keys":` + string(list) + `}`
	for name, write := range map[string]func(s Session) error{
		"two files": func(s Session) error { return s.noteKeys("a team", someKeys) },
		"one file": func(s Session) error {
			return os.WriteFile(filepath.Join(s.Dir, "team-agents.json"), []byte(both), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := Session{Dir: t.TempDir()}
			must(t, write(s))
			if all, err := s.knownKeys("another"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("another team's are %+v, %v", all, err)
			}
			if all, err := s.knownKeys("a team"); err != nil || !reflect.DeepEqual(all, someKeys) {
				t.Errorf("they are %+v, %v", all, err)
			}
		})
	}
	s := Session{Dir: t.TempDir()}
	must(t, os.WriteFile(filepath.Join(s.Dir, "team-agents.json"), list, 0o600))
	if all, err := s.knownKeys("a team"); err != nil || !reflect.DeepEqual(all, someKeys) {
		t.Errorf("those of an older version are %+v, %v", all, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
