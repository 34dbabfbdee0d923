package keymap

// words are those by which agents look for an action that is called otherwise.
var words = map[Action]string{
	NextWaiting: "queue customer", GoToOutbox: "unsent failed stuck", GoToClosing: "window 24 hours", GoToMentions: "@ me", Marked: "previous last", Recent: "history",
	Reply: "answer write respond", Template: "whatsapp hsm", Done: "finish resolve complete", Star: "favourite favorite important flag", Unread: "seen",
	Snooze: "later postpone sleep", Skip: "pass", FollowUp: "reminder promise", WhyHere: "explain order", Pin: "top", Mute: "silence quiet", Label: "tag category",
	NewConversation: "compose start first message", Info: "contact customer phone who profile", CloseConversation: "resolve end", Archive: "hide", Block: "ban spam",
	OptOut: "unsubscribe stop", Assign: "transfer give delegate", PrivateNote: "internal comment", TakeOver: "claim mine", WriteNote: "comment",
	ChooseContact: "duplicate merge", DeleteConversation: "remove erase", Select: "mark many bulk", SelectAll: "bulk", Filter: "narrow show only",
	Quote: "cite answer", Copy: "clipboard yank", Open: "browser url view", Download: "save file attachment", CopyLink: "url", Details: "raw id properties",
	RetryMessage: "resend again", EditMessage: "change correct", Reschedule: "time later", RunCommand: "script translate", React: "emoji like", DeleteMessage: "remove discard",
	Attach: "file photo picture upload", Unsend: "recall undo", Schedule: "later time delay", Canned: "snippet template saved macro", Spelling: "spell check typo",
	Editor: "vim nano external", SendDoneNext: "answer close", Commands: "palette", GoTo: "find person switch jump", Search: "find history full text", Help: "shortcuts bindings keys",
	ManageChannels: "whatsapp qr connect", Accounts: "status health connection sync sessions", Problems: "errors warnings config wrong", PastNotices: "toasts messages notifications",
	Undo: "revert back", WriteHandover: "shift end report", ReadHandover: "shift begin", ActivityLog: "audit history", Refresh: "reload sync update", Redraw: "repaint clear",
	ZoomPane: "fullscreen maximize", ToggleHints: "bottom line", KeepSwitch: "save settings remember persist", Practice: "tutorial learn teach training lesson", Suspend: "shell background", Quit: "exit close leave",
}

// Words are more by which an action is found than its title and name.
func (s Spec) Words() string { return s.words }

// Changed reports whether the config gave an action other keys than the table's, and which
// those were. What the table does not have is the user's own, and changed.
func (s Spec) Changed() (was []string, changed bool) {
	for _, spec := range specs {
		if spec.Action == s.Action {
			return spec.Keys, !equal(spec.Keys, s.Keys)
		}
	}
	return nil, true
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// typing are the actions that lead to where text is typed: a reply, a note, words to look for,
// a time, a name.
var typing = map[Action]bool{
	Reply: true, Quote: true, Template: true, PrivateNote: true, WriteNote: true, EditMessage: true, NewConversation: true, DeleteConversation: true,
	Filter: true, Find: true, Search: true, GoTo: true, Commands: true, Help: true, ActivityLog: true, WriteHandover: true, ReadHandover: true, ManageChannels: true,
	Label: true, Snooze: true, FollowUp: true, Assign: true, ChooseContact: true, React: true, Reschedule: true, RunCommand: true,
	RemindMe: true, Attach: true, Schedule: true, Canned: true, CommandHere: true,
}

// Types reports whether an action leads to where text is typed: who presses its key goes on
// typing, whether it could be done or not.
func (a Action) Types() bool { return typing[a] }
