package keymap

// The actions. Their values are kept for ever.
const (
	Quit        Action = "app.quit"
	Suspend     Action = "app.suspend"
	Help        Action = "app.help"
	Commands    Action = "app.commands"
	GoTo        Action = "app.goto"
	Search      Action = "app.search"
	Refresh     Action = "app.refresh"
	Redraw      Action = "app.redraw"
	Undo        Action = "app.undo"
	Accounts    Action = "app.accounts"
	ZoomPane    Action = "app.zoom"
	ToggleHints Action = "app.hints"
	Mouse       Action = "app.mouse"
	KeepSwitch  Action = "app.keep"
	Privacy     Action = "app.privacy"
	Reveal      Action = "app.reveal"
	Practice    Action = "app.practice"

	Down     Action = "move.down"
	Up       Action = "move.up"
	PageDown Action = "move.page-down"
	PageUp   Action = "move.page-up"
	First    Action = "move.first"
	Last     Action = "move.last"

	WiderPane    Action = "pane.wider"
	NarrowerPane Action = "pane.narrower"

	Deeper       Action = "go.deeper"
	Back         Action = "go.back"
	NextPane     Action = "go.next-pane"
	PreviousPane Action = "go.previous-pane"
	PaneChannels Action = "go.channels"
	PaneList     Action = "go.list"
	PaneThread   Action = "go.thread"
	NextWaiting  Action = "go.next-waiting"
	NextUnread   Action = "go.next-unread"
	Marked       Action = "go.marked"
	Recent       Action = "go.recent"
	GoToOutbox   Action = "go.outbox"
	GoToClosing  Action = "go.closing"
	GoToMentions Action = "go.mentions"

	Filter             Action = "list.filter"
	Select             Action = "list.select"
	SelectRange        Action = "list.select-range"
	SelectAll          Action = "list.select-all"
	Reply              Action = "conversation.reply"
	Done               Action = "conversation.done"
	DoneNext           Action = "conversation.done-next"
	Star               Action = "conversation.star"
	Unread             Action = "conversation.unread"
	Snooze             Action = "conversation.snooze"
	Skip               Action = "conversation.skip"
	FollowUp           Action = "conversation.follow-up"
	WhyHere            Action = "conversation.why-here"
	Pin                Action = "conversation.pin"
	Mute               Action = "conversation.mute"
	Label              Action = "conversation.label"
	NewConversation    Action = "conversation.new"
	Info               Action = "conversation.info"
	CloseConversation  Action = "conversation.close"
	Archive            Action = "conversation.archive"
	Block              Action = "conversation.block"
	OptOut             Action = "conversation.opt-out"
	Assign             Action = "conversation.assign"
	TakeOver           Action = "conversation.take-over"
	WriteNote          Action = "conversation.note"
	PrivateNote        Action = "conversation.private-note"
	MarkAnswered       Action = "conversation.answered"
	ChooseContact      Action = "conversation.contact"
	Template           Action = "conversation.template"
	DeleteConversation Action = "conversation.delete"
	AllOfCustomer      Action = "conversation.all"
	CustomerPanel      Action = "conversation.panel"
	ManageChannels     Action = "account.channels"

	WriteHandover Action = "shift.handover"
	ReadHandover  Action = "shift.import"
	ActivityLog   Action = "app.log"
	Problems      Action = "app.problems"
	PastNotices   Action = "app.notices"

	NextMessage     Action = "message.next"
	PreviousMessage Action = "message.previous"
	NextDay         Action = "message.next-day"
	PreviousDay     Action = "message.previous-day"
	FirstNew        Action = "message.first-new"
	Find            Action = "message.find"
	Copy            Action = "message.copy"
	CopyLink        Action = "message.copy-link"
	Open            Action = "message.open"
	Download        Action = "message.download"
	Details         Action = "message.details"
	Raw             Action = "message.raw"
	FetchFile       Action = "message.fetch-file"
	RetryMessage    Action = "message.retry"
	More            Action = "message.more"
	EditMessage     Action = "message.edit"
	DeleteMessage   Action = "message.delete"
	React           Action = "message.react"
	PinMessage      Action = "message.pin"
	Quote           Action = "message.quote"
	Preview         Action = "message.preview"

	Send         Action = "composer.send"
	NewLine      Action = "composer.new-line"
	SendNext     Action = "composer.send-next"
	SendDoneNext Action = "composer.send-done-next"
	RemindMe     Action = "composer.remind-me"
	Attach       Action = "composer.attach"
	Detach       Action = "composer.detach"
	Editor       Action = "composer.editor"
	Schedule     Action = "composer.schedule"
	Plain        Action = "composer.plain"
	Unsend       Action = "composer.unsend"
	Canned       Action = "composer.canned"
	Reschedule   Action = "message.reschedule"
	RunCommand   Action = "message.command"
	CommandHere  Action = "composer.command"
	AnswerNote   Action = "composer.answer-note"
	Spelling     Action = "composer.spelling"
	Complete     Action = "composer.complete"
	NextOffer    Action = "composer.next-offer"
	PrevOffer    Action = "composer.previous-offer"
	Leave        Action = "composer.leave"
	ReadOlder    Action = "composer.read-older"
	ReadNewer    Action = "composer.read-newer"

	SaveNote     Action = "note.save"
	NoteNewLine  Action = "note.new-line"
	NoteComplete Action = "note.complete"
	LeaveNote    Action = "note.leave"

	MenuDown     Action = "menu.down"
	MenuUp       Action = "menu.up"
	MenuChoose   Action = "menu.choose"
	MenuComplete Action = "menu.complete"
	MenuClose    Action = "menu.close"
	SendAnyway   Action = "menu.send-anyway"
	KeepSearch   Action = "menu.keep"
)

var (
	panes         = []Scope{Channels, List, Thread}
	conversations = []Scope{List, Thread}
)

// row is an action as the table has it.
type row struct {
	action      Action
	title, hint string
	group       string
	scopes      []Scope
	keys        []string
}

// specs is the table. It does not change after start.
var specs = specsOf([]row{
	{Down, "Move down", "", "Move", panes, []string{"j", "down"}},
	{Up, "Move up", "", "Move", panes, []string{"k", "up"}},
	{PageDown, "Move down a page", "", "Move", panes, []string{"ctrl+d", "pgdown"}},
	{PageUp, "Move up a page", "", "Move", panes, []string{"ctrl+u", "pgup"}},
	{First, "Go to the first", "", "Move", panes, []string{"g g", "home"}},
	{Last, "Go to the last, in a thread the newest", "", "Move", panes, []string{"G", "end"}},
	{Deeper, "Open; on a failed message, choose what to do", "", "Move", panes, []string{"enter", "l", "right"}},
	{Back, "Go back", "", "Move", panes, []string{"esc", "h", "left"}},
	{NextPane, "Next pane", "", "Move", panes, []string{"tab"}},
	{PreviousPane, "Previous pane", "", "Move", panes, []string{"shift+tab"}},
	{PaneChannels, "Go to the channels", "", "Move", panes, []string{"1"}},
	{PaneList, "Go to the conversations", "", "Move", panes, []string{"2"}},
	{PaneThread, "Go to the thread", "", "Move", panes, []string{"3"}},
	{NextWaiting, "Open the next waiting conversation", "next waiting", "Move", panes, []string{"n"}},
	{GoToOutbox, "Go to the outbox: what is unsent, and why", "", "Move", panes, []string{"Q"}},
	{GoToClosing, "Go to who can soon be sent templates only", "", "Move", panes, []string{"L"}},
	{GoToMentions, "Go to private notes that name you", "", "Move", panes, []string{"="}},
	{NextUnread, "Open the next unread conversation", "", "Move", panes, []string{"J"}},
	{Marked, "Back to the conversation you came from", "", "Move", panes, []string{"~"}},
	{Recent, "Conversations that were open lately", "", "Move", panes, []string{"\""}},

	{Reply, "Reply", "reply", "Conversation", conversations, []string{"r"}},
	{Template, "Send a template that the platform has approved", "", "Conversation", conversations, []string{"T"}},
	{Done, "Done: close, archive, or put away on this machine", "done", "Conversation", conversations, []string{"e"}},
	{DoneNext, "Done, and open the next waiting", "done+next", "Conversation", conversations, []string{"E"}},
	{Star, "Star or unstar", "", "Conversation", conversations, []string{"s"}},
	{Unread, "Mark read or unread", "", "Conversation", conversations, []string{"u"}},
	{Snooze, "Snooze until a time (on this machine)", "snooze", "Conversation", conversations, []string{"b"}},
	{Skip, "Skip for now: it comes last in the queue", "skip", "Conversation", conversations, []string{">"}},
	{FollowUp, "Remind me: takes what is offered, puts off what came back for an hour, or asks when", "", "Conversation", conversations, []string{"'"}},
	{WhyHere, "Why it is here, in this place", "", "Conversation", conversations, []string{"!"}},
	{Pin, "Pin or unpin", "", "Conversation", conversations, []string{"p"}},
	{Mute, "Mute or unmute", "", "Conversation", conversations, []string{"m"}},
	{Label, "Label: put one on, or take it off (on this machine)", "", "Conversation", conversations, []string{"#"}},
	{NewConversation, "Write first to somebody", "new", "Conversation", panes, []string{"N"}},
	{Info, "Who this is: contact, flags, other conversations, ids", "", "Conversation", conversations, []string{"I"}},
	{AllOfCustomer, "All of this customer: every channel and account in one timeline, to be read", "", "Conversation", conversations, []string{"g c"}},
	{CustomerPanel, "Customer panel: show it beside the thread, or hide it", "", "Conversation", conversations, []string{"g i"}},
	{CloseConversation, "Close or reopen, for everyone on the account", "", "Conversation", conversations, []string{"c"}},
	{Archive, "Archive or unarchive", "", "Conversation", conversations, []string{"v"}},
	{Block, "Block or unblock the contact", "", "Conversation", conversations, []string{"B"}},
	{OptOut, "Opt the contact out, or in again", "", "Conversation", conversations, []string{"O"}},
	{Assign, "Assign to a colleague", "", "Conversation", conversations, []string{"a"}},
	{PrivateNote, "Private note: stays here, is never sent", "", "Conversation", conversations, []string{";"}},
	{TakeOver, "Take over: assign to yourself, or no longer", "", "Conversation", conversations, []string{","}},
	{WriteNote, "Note kept by the platform, where colleagues see it", "", "Conversation", conversations, []string{"w"}},
	{MarkAnswered, "Mark as answered or unanswered at the platform, for everyone on the account", "", "Conversation", conversations, []string{"F"}},
	{ChooseContact, "Choose which contact of the number this is", "", "Conversation", conversations, []string{"K"}},
	{DeleteConversation, "Delete the conversation with all its messages", "", "Conversation", conversations, []string{"X"}},
	{Select, "Select, or no longer; what is done then is done to all that is selected", "", "Conversation", []Scope{List}, []string{"x"}},
	{SelectRange, "Begin or end a range: moving selects", "", "Conversation", []Scope{List}, []string{"V"}},
	{SelectAll, "Select all of the list, or nothing", "", "Conversation", []Scope{List}, []string{"*"}},
	{Filter, "Filter the list: words, label: channel: is: waiting>15m …", "filter", "Conversation", []Scope{Channels, List, Thread}, []string{"/"}},

	{NextMessage, "Next message", "", "Message", []Scope{Thread}, []string{"]"}},
	{PreviousMessage, "Previous message", "", "Message", []Scope{Thread}, []string{"["}},
	{NextDay, "Next day", "", "Message", []Scope{Thread}, []string{"}"}},
	{PreviousDay, "Previous day", "", "Message", []Scope{Thread}, []string{"{"}},
	{FirstNew, "Go to the first new message", "", "Message", []Scope{Thread}, []string{"M"}},
	{Find, "Find in this conversation", "find", "Message", []Scope{Thread}, []string{"f"}},
	{Quote, "Quote the message in a reply", "", "Message", []Scope{Thread}, []string{"R"}},
	{Copy, "Copy the text to the terminal's clipboard", "copy", "Message", []Scope{Thread}, []string{"y"}},
	{Open, "Open a saved file or a link", "", "Message", []Scope{Thread}, []string{"o"}},
	{Download, "Download the attached files", "download", "Message", []Scope{Thread}, []string{"d"}},
	{Preview, "Show the picture here, or hide it", "", "Message", []Scope{Thread}, []string{"V"}},
	{CopyLink, "Copy the address of an attachment or link", "", "Message", []Scope{Thread}, []string{"Y"}},
	{Details, "Details of the message; in the list, of the conversation", "", "Message", conversations, []string{"i"}},
	{FetchFile, "Copy the scp line that brings a saved file to your own computer", "", "Message", []Scope{Thread}, []string{"g s"}},
	{Raw, "The message as the platform sends it, for an engineer", "", "Message", []Scope{Thread}, []string{"g r"}},
	{RetryMessage, "Send a failed message again, or try a waiting one now", "", "Message", conversations, []string{"t"}},
	{More, "What can be done with this message", "", "Message", conversations, []string{"space"}},

	{EditMessage, "Edit the message, or a private note; an unsent message goes back into the reply box", "", "Message", conversations, []string{"W"}},
	{Reschedule, "Change when an unsent reply goes out", "", "Message", conversations, []string{"\\"}},
	{RunCommand, "Run a command of yours on the message or the conversation", "", "Message", conversations, []string{"|"}},
	{React, "React with an emoji", "", "Message", []Scope{Thread}, []string{"+"}},
	{PinMessage, "Pin or unpin the message", "", "Message", []Scope{Thread}, []string{"P"}},
	{DeleteMessage, "Delete the message, or a private note; an unsent message is discarded", "", "Message", conversations, []string{"D"}},

	{Send, "Send", "send", "Reply", []Scope{Composer}, []string{"enter"}},
	{Leave, "Leave the reply; the draft is kept", "leave, draft kept", "Reply", []Scope{Composer}, []string{"esc"}},
	{Attach, "Attach a file", "attach", "Reply", []Scope{Composer}, []string{"ctrl+o"}},
	{NewLine, "New line", "new line", "Reply", []Scope{Composer}, []string{"ctrl+j", "alt+enter", "shift+enter"}},
	{SendDoneNext, "Send, done, and open the next waiting", "send+done+next", "Reply", []Scope{Composer}, []string{"alt+s"}},
	{SendNext, "Send, and open the next waiting: it is not done", "", "Reply", []Scope{Composer}, []string{"alt+n"}},
	{RemindMe, "Remind me: takes what is offered, or asks when", "", "Reply", []Scope{Composer}, []string{"alt+r"}},
	{ReadOlder, "Read back in the thread while writing", "", "Reply", []Scope{Composer}, []string{"pgup"}},
	{ReadNewer, "Read forward in the thread while writing", "", "Reply", []Scope{Composer}, []string{"pgdown"}},
	{Detach, "Remove the last attached file", "", "Reply", []Scope{Composer}, []string{"alt+x"}},
	{Unsend, "Take the last reply back, while it has not gone out", "", "Reply", []Scope{Composer}, []string{"alt+u"}},
	{Schedule, "Send at a later time", "", "Reply", []Scope{Composer}, []string{"alt+t"}},
	{Plain, "Make quotes, dashes and the like plain, which an SMS holds more of", "", "Reply", []Scope{Composer}, []string{"alt+p"}},
	{Canned, "Insert a saved reply", "", "Reply", []Scope{Composer}, []string{"ctrl+t"}},
	{CommandHere, "Run a command of yours on the conversation", "", "Reply", []Scope{Composer}, []string{"alt+c"}},
	{AnswerNote, "Take the answer of your command as a private note", "", "Reply", []Scope{Composer}, []string{"alt+a"}},
	{Spelling, "Look for words that your spelling command does not know", "", "Reply", []Scope{Composer}, []string{"alt+w"}},
	{Complete, "Take what is offered: a saved reply by ;name, an emoji by :name, a command's answer", "", "Reply", []Scope{Composer}, []string{"tab"}},
	{NextOffer, "Next of what is offered", "", "Reply", []Scope{Composer}, []string{"ctrl+n"}},
	{PrevOffer, "Previous of what is offered", "", "Reply", []Scope{Composer}, []string{"ctrl+p"}},
	{Editor, "Write in $EDITOR", "", "Reply", []Scope{Composer}, []string{"ctrl+x ctrl+e"}},

	{SaveNote, "Save note", "Save note", "Private note", []Scope{Note}, []string{"enter"}},
	{LeaveNote, "Leave the note; what is typed is kept", "leave, draft kept", "Private note", []Scope{Note}, []string{"esc"}},
	{NoteNewLine, "New line", "new line", "Private note", []Scope{Note}, []string{"ctrl+j", "alt+enter", "shift+enter"}},
	{NoteComplete, "Complete the name after @", "complete @name", "Private note", []Scope{Note}, []string{"tab"}},

	{MenuDown, "Next choice", "", "Menu", []Scope{Menu}, []string{"down", "ctrl+n"}},
	{MenuUp, "Previous choice", "", "Menu", []Scope{Menu}, []string{"up", "ctrl+p"}},
	{MenuChoose, "Choose", "choose", "Menu", []Scope{Menu}, []string{"enter"}},
	{KeepSearch, "Keep a search at hand, or no longer", "keep", "Menu", []Scope{Menu}, []string{"alt+k"}},
	{MenuComplete, "Complete what is typed", "complete", "Menu", []Scope{Menu}, []string{"tab"}},
	{MenuClose, "Close", "close", "Menu", []Scope{Menu}, []string{"esc"}},
	{SendAnyway, "Send as it is, where a reply is asked about", "", "Menu", []Scope{Menu}, []string{"ctrl+s"}},

	{Commands, "Commands", "commands", "Program", panes, []string{"ctrl+k", ":"}},
	{GoTo, "Go to anyone by name, number or label, or to a list", "go to", "Program", []Scope{Global}, []string{"ctrl+g"}},
	{Search, "Search all messages", "", "Program", panes, []string{"S"}},
	{Help, "Keys", "help", "Program", panes, []string{"?"}},
	{ManageChannels, "Channels: connect, renew, disconnect", "", "Program", panes, []string{"C"}},
	{Accounts, "Accounts and sessions: what is wrong, who is here", "", "Program", panes, []string{"A"}},
	{Undo, "Undo the last done, mark, label, snooze, skip, reminder, take over, macro or note", "", "Program", panes, []string{"U"}},
	{WriteHandover, "Handover: write the state of this shift for who comes next", "", "Program", panes, []string{"&"}},
	{ReadHandover, "Take over a shift: read a handover", "", "Program", panes, []string{"g t"}},
	{ActivityLog, "What was sent and done: the log", "", "Program", panes, []string{"g l"}},
	{Problems, "Problems: what is wrong with the config, the accounts and the store", "", "Program", panes, []string{"g e"}},
	{PastNotices, "Last notices: what was said at the bottom of the screen", "", "Program", panes, []string{"g n"}},
	{Refresh, "Ask the platforms now", "", "Program", []Scope{Global}, []string{"ctrl+r"}},
	{Redraw, "Redraw the screen", "", "Program", []Scope{Global}, []string{"ctrl+l"}},
	{ZoomPane, "Zoom the pane", "", "Program", panes, []string{"z"}},
	{Privacy, "Mask names, numbers and previews, or no longer", "", "Program", panes, []string{"g m"}},
	{Reveal, "Show one conversation for ten seconds while customers are masked", "", "Program", conversations, []string{"g v"}},
	{WiderPane, "Make the pane wider", "", "Program", panes, []string{"ctrl+right"}},
	{NarrowerPane, "Make the pane narrower", "", "Program", panes, []string{"ctrl+left"}},
	{Mouse, "Mouse: click, wheel and dragging of the rules, or no longer", "", "Program", panes, []string{"g p"}},
	{Practice, "Practice: skip a step, begin again or leave it, in unibox demo --practice", "", "Program", panes, []string{"g k"}},
	{ToggleHints, "Show or hide the hint line", "", "Program", panes, []string{"H"}},
	{KeepSwitch, "Keep in the config what was switched: the mouse, the hint line", "", "Program", panes, []string{"g w"}},
	{Suspend, "Suspend: back to the shell until fg", "", "Program", panes, []string{"ctrl+z"}},
	{Quit, "Quit", "quit", "Program", panes, []string{"q"}},
})

func specsOf(rows []row) []Spec {
	all := make([]Spec, len(rows))
	for i, r := range rows {
		all[i] = Spec{r.action, r.title, r.hint, r.group, r.group, r.scopes, r.keys, words[r.action]}
	}
	return all
}
