package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"unibox/state"
	"unibox/state/boxid"
	"unibox/state/osfile"
	"unibox/state/sqlite"
	"unibox/state/work"
	"unibox/ui/catalog"
)

// Where boxes form a team, an agent who is removed on one is refused on each. What a box last
// read of that is in a file, for while the team's database does not answer.

const (
	// teamKeysFile is a list, which the versions before understand, too: one that is put back lets nobody
	// in whom the team removed. teamNameFile says whose list it is.
	teamKeysFile, teamNameFile = "team-agents.json", "team-agents-of"
	// teamKeysTime is how long a login waits for the team's database, teamKeysEvery how often a
	// host asks it.
	teamKeysTime, teamKeysEvery = 3 * time.Second, 3 * time.Second
)

// BoxName is what people call this box of a team. Several may have one name: see Session.boxID.
func BoxName() string {
	name, _ := os.Hostname() // a box without a name is one too
	return name
}

// boxID tells this box from all others, whatever they are called.
func (s Session) boxID() (string, error) { return boxid.Of(s.Dir) }

// teamKeys are the keys of the agents of all boxes: as the team's database says, and what this box
// knew that is newer, which the database is told again. Where it does not answer, it is what was last known.
func (s Session) teamKeys(ctx context.Context, db *sqlite.DB) (state.AgentKeys, error) {
	if !db.Shared() {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, teamKeysTime)
	defer cancel()
	return s.keysOf(ctx, db.Team(), db)
}

// keyDatabase is where a team keeps the keys of its agents.
type keyDatabase interface {
	AgentKeys(ctx context.Context) (state.AgentKeys, error)
	KnownAgentKeys(ctx context.Context, all []state.AgentKey) error
}

func (s Session) keysOf(ctx context.Context, team string, in keyDatabase) (state.AgentKeys, error) {
	known, unread := s.knownKeys(team)
	said, err := in.AgentKeys(ctx)
	switch {
	case err != nil && unread == nil:
		return known, nil
	case err != nil:
		return nil, err
	}
	all, lost := said.With(known)
	if len(lost) > 0 {
		err = in.KnownAgentKeys(ctx, lost)
	}
	return all, errors.Join(err, s.noteKeys(team, all))
}

// NoteAgents notes in a state folder who is an agent of a team by now. So the box on which somebody was
// removed, or let in, knows it also where the team's database loses it before any other has read it.
func NoteAgents(ctx context.Context, dir string, in state.Fleet) error {
	if err := osfile.MakeFolder(dir); err != nil {
		return catalog.Errorf("who is an agent of the team cannot be noted: %w", err)
	}
	team, err := in.Team(ctx)
	if err == nil {
		_, err = Session{Dir: dir}.keysOf(ctx, team, in)
	}
	return err
}

// knownKeys are those of a team that were last known. A list of an older version is no team's.
func (s Session) knownKeys(team string) (all state.AgentKeys, err error) {
	text, err := os.ReadFile(filepath.Join(s.Dir, teamKeysFile))
	if err != nil {
		return nil, err
	}
	of, err := os.ReadFile(filepath.Join(s.Dir, teamNameFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil && string(of) != team {
		return nil, fs.ErrNotExist
	}
	if err = json.Unmarshal(text, &all); err != nil {
		return keysWithTeam(text, team)
	}
	return all, nil
}

// keysWithTeam reads the list as it was for a while, with its team in the same file.
func keysWithTeam(text []byte, team string) (state.AgentKeys, error) {
	var known struct {
		Team string
		Keys state.AgentKeys
	}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, err
	}
	if known.Team != team {
		return nil, fs.ErrNotExist
	}
	return known.Keys, nil
}

// noteKeys notes what is known now: the list first, so that none is taken for that of a team that the box
// has just joined.
func (s Session) noteKeys(team string, all state.AgentKeys) error {
	text, err := json.Marshal(all)
	if err == nil {
		err = replaceOther(filepath.Join(s.Dir, teamKeysFile), text)
	}
	if err == nil {
		err = replaceOther(filepath.Join(s.Dir, teamNameFile), []byte(team))
	}
	if err != nil {
		return catalog.Errorf("who is an agent of the team cannot be noted: %w", err)
	}
	return nil
}

// replaceOther puts a text into a file that holds another one.
func replaceOther(path string, text []byte) error {
	if is, err := os.ReadFile(path); err == nil && bytes.Equal(is, text) { // what cannot be read is written anew
		return nil
	}
	return replace(path, text)
}

// replace puts a text into a file, whole.
func replace(path string, text []byte) error {
	f, err := osfile.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = osfile.Replace(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// admitted refuses an agent who was removed from the team.
func (s Session) admitted(ctx context.Context, db *sqlite.DB) error {
	if s.Agent == nil {
		return nil
	}
	if all, _ := s.teamKeys(ctx, db); all.Removed(s.Agent.Name) { // without an answer it is what was last known
		return catalog.Errorf("you were removed from the team: tell whoever runs this unibox")
	}
	return nil
}

// Refuses reports whether the team lets nobody in as an agent by a key, of that fingerprint.
func (h *Host) Refuses(agent, key string) bool {
	all := h.keys.Load()
	return all != nil && all.Refuses(agent, key)
}

// readKeys reads again who is an agent of the team. What is known counts, also where that cannot be noted.
func (h *Host) readKeys(ctx context.Context) error {
	all, err := h.session.teamKeys(ctx, h.DB)
	if all != nil {
		h.keys.Store(&all)
	}
	return err
}

// watchKeys tells the team which keys there are here, and reads whom it removed, until ctx ends.
func (h *Host) watchKeys(ctx context.Context) error {
	if !h.DB.Shared() {
		<-ctx.Done()
		return ctx.Err()
	}
	var told []state.AgentKey
	for failed := false; work.Sleep(ctx, teamKeysEvery); {
		var err error
		if here := h.AgentKeys(); !slices.Equal(here, told) {
			if err = h.DB.FoundAgentKeys(ctx, here); err == nil {
				told = here
			}
		}
		if err == nil {
			err = h.readKeys(ctx)
		}
		if err != nil && !failed {
			h.log.Warn("who is an agent of the team", "err", err)
		}
		failed = err != nil
	}
	return ctx.Err()
}
