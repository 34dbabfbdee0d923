# How many customers wait, in the prompt of bash or zsh: nothing while nobody waits, or
# unibox does not run. Nothing is started for it but a read of a file.
#
#   . /usr/share/doc/unibox/examples/prompt.sh
#   PS1='$(unibox_waiting)'"$PS1"      # in zsh after: setopt prompt_subst
unibox_waiting() {
	local file=${XDG_STATE_HOME:-$HOME/.local/state}/unibox/waiting count=
	[ -r "$file" ] && read -r count <"$file"
	case $count in '' | 0 | *[!0-9+]*) ;; *) printf '[%s waiting] ' "$count" ;; esac
}
