package app

import (
	"os"
	"os/user"
	"runtime"
	"strings"

	"unibox/state/config"
	"unibox/ui/scp"
)

// Who names this session to the others: the user with the terminal, and the
// address that an SSH session comes from, empty for a local one.
func Who() (name, from string) {
	name = Me()
	if tty, err := os.Readlink("/proc/self/fd/0"); err == nil && strings.HasPrefix(tty, "/dev/") && tty != os.DevNull {
		name += " (" + strings.TrimPrefix(tty, "/dev/") + ")"
	}
	from, _, _ = strings.Cut(os.Getenv("SSH_CONNECTION"), " ")
	return name, from
}

// Me is the name under which this session writes notes: the login.
func Me() string {
	u, err := user.Current()
	if err != nil || u.Username == "" {
		return "somebody"
	}
	return login(u.Username, runtime.GOOS)
}

// login is the login of a user as the system calls them: Windows puts the domain or the machine
// before it, which colleagues need not read.
func login(user, system string) string {
	if i := strings.LastIndexByte(user, '\\'); system == "windows" && i >= 0 {
		return user[i+1:]
	}
	return user
}

// machine is how files of this machine are fetched by scp.
func machine(c config.Config, e Environ) scp.Machine {
	host, err := os.Hostname()
	if err != nil {
		host = "" // the address of the connection is better anyway
	}
	return scp.Here(c.Files.SSH, e.Get("SSH_CONNECTION"), Me(), host)
}
