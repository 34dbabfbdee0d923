package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"unibox/state/config"
	"unibox/state/osfile"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/authkeys"
)

// examineAgents looks at the agents of a config: whether each has a key, and whether their keys
// and folders are closed to others.
func examineAgents(c config.Config, state, keys string) (out []finding) {
	lines, err := (authkeys.File{Path: keys}).Lines()
	if err != nil {
		return []finding{{wrong, catalog.Say("%s", err), catalog.Say("make it a file that you can read")}}
	}
	if info, err := os.Stat(keys); err == nil && info.Mode().Perm()&0o022 != 0 {
		out = append(out, finding{wrong, catalog.Say("others can write %s, and so let themselves in; sshd takes no key of it", keys), catalog.Verbatim(osfile.Protect(keys, info))})
	}
	for _, a := range c.Agents {
		out = append(out, examineAgent(a, lines))
		out = append(out, examineFolders(a, state)...)
	}
	for _, l := range lines {
		if _, known := c.Agent(l.Agent); !known {
			out = append(out, finding{doubtful, catalog.Say("%s has a line for %s, who is not in the config and is not let in", keys, l.Agent), catalog.Say("unibox agents remove %s takes it away", l.Agent)})
		}
	}
	return out
}

// examineAgent says what an agent may do, and with how many keys.
func examineAgent(a config.Agent, lines []authkeys.Line) finding {
	n := 0
	for _, l := range lines {
		if l.Agent == a.Name {
			n++
		}
	}
	if n == 0 {
		return finding{doubtful, catalog.Say("%s has no key: nobody logs in as them", a.Name), catalog.Say("unibox agents add %s --key FILE lets somebody in", a.Name)}
	}
	return finding{says: catalog.Count(n, "%[2]s: rights %[3]s, %[1]d key", "%[2]s: rights %[3]s, %[1]d keys", a.Name, a.Rights.String())}
}

// examineFolders looks at what an agent has on the disk; what is not there yet is made closed.
func examineFolders(a config.Agent, state string) (out []finding) {
	own := filepath.Join(state, app.AgentsFolder, a.Name)
	for _, dir := range slices.Compact([]string{own, filepath.Join(own, "files"), a.Folder}) {
		info, err := os.Stat(dir)
		switch {
		case dir == "" || errors.Is(err, fs.ErrNotExist):
		case err != nil:
			out = append(out, finding{wrong, catalog.Say("%s cannot be read", dir), catalog.Say("make it a folder that the user of unibox can read")})
		case osfile.Foreign(info):
			out = append(out, finding{wrong, catalog.Say("%s belongs to another user", dir), catalog.Say("give it to the user of unibox")})
		default:
			out = append(out, open(dir, info)...)
		}
	}
	return out
}

// open is a finding where others may look into a folder.
func open(dir string, info fs.FileInfo) []finding {
	if exposed, err := osfile.Exposed(dir, info); err == nil && exposed {
		return []finding{{wrong, catalog.Say("%s is open to others", dir), catalog.Verbatim(osfile.Protect(dir, info))}}
	}
	return nil
}
