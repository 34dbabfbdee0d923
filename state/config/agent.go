package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"unibox/state"
)

// Agent is one [[agent]] of the file: somebody who works here under a name of their own.
type Agent struct {
	// Name is what --agent names; it is unique.
	Name string
	// Display is what colleagues read, Name where it is left out.
	Display string
	// Languages are those that the agent answers in, such as "de".
	Languages []string
	// Rights are what the agent may do.
	Rights state.Rights
	// Claims is how many customers n takes out of the queue for the agent at a time.
	Claims int
	// Folder is where the agent's files are, empty for one in the state folder.
	Folder string

	// given: the rights are in the file.
	given bool
}

// Called is what colleagues read.
func (a Agent) Called() string {
	if a.Display != "" {
		return a.Display
	}
	return a.Name
}

// mostAgents is how many agents there may be.
const mostAgents = 500

// An agent has usualClaims customers at a time if the file says nothing, and mostClaims at most.
const usualClaims, mostClaims = 10, 100

// agentName is what an agent may be called: it is a word of a command line, of a line of
// authorized_keys and of a path, and means nothing else in any of them.
var agentName = compiled(`^[a-z0-9][a-z0-9_-]{0,31}$`)

// language is how a language is written.
var language = compiled(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// WrongAgentName is a sentence for why nobody can be called that, empty if somebody can.
func WrongAgentName(name string) string {
	if agentName().MatchString(name) {
		return ""
	}
	return fmt.Sprintf("%q is no name for an agent: it is a word of small letters, digits, - and _, 32 at most, such as olga", name)
}

var agentFields = fields[Agent]{
	"name":    text(func(a *Agent) *string { return &a.Name }).takes("a word of small letters, digits, `-` and `_`").says("what `--agent` names; each has its own").must(),
	"display": text(func(a *Agent) *string { return &a.Display }).says("what colleagues read").leftOut("the name"),
	"languages": {values: "a list such as `[\"de\", \"en\"]`", means: "the languages that the agent answers in", get: func(*Agent) any { return nil }, set: func(a *Agent, value any) error {
		list, ok := texts(value)
		if !ok || slices.ContainsFunc(list, func(l string) bool { return !language().MatchString(l) }) {
			return errors.New(`must be a list of languages such as ["de", "en"]`)
		}
		a.Languages = list
		return nil
	}},
	"rights": field[Agent]{values: quoted(state.RightsNames()), absent: "`\"send\"`", means: "what the agent may do: [agents](README.md#agents)", set: func(a *Agent, value any) error {
		name, _ := value.(string)
		rights, ok := state.ParseRights(name)
		if !ok {
			return fmt.Errorf("must be one of: %s", strings.Join(state.RightsNames(), ", "))
		}
		a.Rights, a.given = rights, true
		return nil
	}}.exactly(),
	"claims": {values: "1 to 100", absent: "10", means: "how many customers `n` takes out of the queue for the agent at a time", set: func(a *Agent, value any) error {
		n, ok := value.(int64)
		if !ok || n < 1 || n > mostClaims {
			return fmt.Errorf("must be a number from 1 to %d", mostClaims)
		}
		a.Claims = int(n)
		return nil
	}},
	"folder": folder(func(a *Agent) *string { return &a.Folder }).says("the agent's own folder: files to attach, and what is downloaded").leftOut("`agents/NAME/files` in the state folder"),
}

// agents reads the agents. One with a mistake is left out as a whole, so that nobody has
// rights by a mistake.
func (r *reader) agents(value any) {
	tables(r, agentFields, "agent", value, func(at path, a Agent) {
		agents := &r.config.Agents
		a.Folder = r.resolve(at.with("folder"), "", a.Folder)
		if !a.given {
			a.Rights = state.RightsSend
		}
		if a.Claims == 0 {
			a.Claims = usualClaims
		}
		switch wrong := WrongAgentName(a.Name); {
		case wrong != "":
			r.blame(at.with("name"), "", wrong, leftOut("agent"))
		case a.Display != "" && !plainName(a.Display):
			r.blame(at.with("display"), "", "display must be one line of text", leftOut("agent"))
		case slices.ContainsFunc(*agents, func(other Agent) bool { return other.Name == a.Name }):
			r.blame(at.with("name"), "", fmt.Sprintf("there is another agent %q", a.Name), leftOut("agent"))
		case len(*agents) == mostAgents:
			r.blame(at, "", fmt.Sprintf("there are more than %d agents", mostAgents), leftOut("agent"))
		default:
			*agents = append(*agents, a)
			r.use(at)
		}
	})
}

// Agent is the one of that name.
func (c Config) Agent(name string) (Agent, bool) {
	i := slices.IndexFunc(c.Agents, func(a Agent) bool { return a.Name == name })
	if i < 0 {
		return Agent{}, false
	}
	return c.Agents[i], true
}

// AddAgent prepares to append an [[agent]] to the file at path, which need not exist. An
// agent that is in the file with a mistake is not added beside it, with other rights.
func AddAgent(path string, platforms []Platform, entries []Entry) (Edit, error) {
	if why := mistakenAgent(path, entries); why != nil {
		return Edit{}, why
	}
	return addTo(path, platforms, "agent", entries)
}

// RemoveAgent prepares to cut the agent of that name out of the file.
func RemoveAgent(path, name string) (Edit, error) { return removeFrom(path, "agent", name) }

// mistakenAgent is an error where the file has an agent of the name in entries.
func mistakenAgent(path string, entries []Entry) error {
	doc, _, err := open(path)
	if err != nil {
		return nil // which is said where the table is added
	}
	for _, e := range entries {
		name, _ := e.Value.(string)
		if found := doc.namedIn("agent", name); e.Key == "name" && len(found) > 0 {
			return fmt.Errorf("%s has a table of the agent %q already, in line %d: correct that with unibox config edit", path, name, doc.line(element("agent", found[0])))
		}
	}
	return nil
}
