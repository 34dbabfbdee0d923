# How many customers wait, at the right of fish's prompt: nothing while nobody waits, or
# unibox does not run. Put it into ~/.config/fish/functions/fish_right_prompt.fish.
function fish_right_prompt
    set -l folder $XDG_STATE_HOME
    test -n "$folder"; or set folder ~/.local/state
    test -r $folder/unibox/waiting; and read -l count <$folder/unibox/waiting
    string match -qr '^[1-9][0-9]*\+?$' -- "$count"; and echo "$count waiting"
end
