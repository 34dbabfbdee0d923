package screenshots

import "strings"

// scene is a picture: what is seen on it, and what was pressed before.
type scene struct {
	name, title string
	keys        []string
	// small: it is of a terminal of 80x24 and not of 120x40; tall: of 120x44; wide: of 160x40.
	small, tall, wide bool
	// second: there is an account on Pact's second API, too.
	second bool
	// config is what stands in the config behind the accounts.
	config string
	light  bool
	// usual: it is compared by each run of the tests, and not only by a full one.
	usual bool
}

// own is what an agent may have in the config: targets, views, and a macro.
const own = `
[targets]
all = "30m"
whatsapp = "10m"

[[view]]
name = "VIP waiting"
filter = "is:waiting label:vip"

[[macro]]
name = "Refund"
key = "alt+1"
do = ["canned: refund", "label: refund", "snooze: tomorrow 9"]
`

// orders is a command of the agent's, and time to take a reply back.
const orders = `
[ui]
delay = "1m"

[[command]]
name = "Look the order up"
key = "%"
run = ["printf", "Order 34105, paid by card\\npacked this morning, DPD picks it up at 16:00"]
`

// to opens the conversation with a customer, and presses keys.
func to(customer string, keys ...string) []string {
	return append([]string{"ctrl+g", customer, "enter"}, keys...)
}

const (
	// regular is a customer of the world, patient one who is written to by SMS.
	regular, patient = "Olivia Patel", "Tessa Park"
	// late is a customer whose time for free text is over.
	late = "鈴木 蓮"
)

var scenes = []scene{
	{name: "main", usual: true, title: "Three panes: channels, all conversations, a thread", keys: to(regular)},
	{name: "light", title: "The same on a light ground", light: true, config: "\n[ui]\ntheme = \"light\"\n", keys: to(regular)},
	{name: "small", title: "A terminal of 80 by 24", small: true, keys: to(regular)},
	{name: "russian", title: "In Russian, as the locale or the config says", config: "\n[ui]\nlanguage = \"ru\"\n", keys: to(regular, "b")},
	{name: "contrast", title: "High contrast", small: true, config: "\n[ui]\ncontrast = \"high\"\n", keys: to(regular)},
	{name: "rtl", title: "Arabic and Hebrew", keys: to("نور منصور")},
	{name: "reply", title: "A reply that is being written", keys: to(regular, "r", "Of course! We will send you a new one today.")},
	{name: "saved", title: "Saved replies, with what they say", keys: to(regular, "r", "ctrl+t", "down")},
	{name: "commands", title: "Every command by name, the impossible ones with their reason", keys: to(regular, "ctrl+k")},
	{name: "goto", title: "Go to a customer by name or number", keys: []string{"ctrl+g", "+44 77"}},
	{name: "search", title: "All messages are searched while one types", keys: []string{"S", "birthday cake"}},
	{name: "photo", title: "A picture of a customer, in the thread", keys: []string{"S", "has:file photo.jpg", "enter", "wait", "V", "wait"}},
	{name: "customer", title: "The customer's panel beside the thread", wide: true, keys: to(regular, "g", "i")},
	{name: "why", title: "Why a customer is where they are in the list", keys: to(regular, "!")},
	{name: "failed", title: "A message that was refused, and what can be done", keys: to(regular, "r", "It is on its way #fail", "enter", "wait", "esc", "enter")},
	{name: "note", title: "A label, and a private note that is never sent", keys: to(regular, "#", "vip", "enter", ";", "She wants the cake without nuts, I asked the kitchen")},
	{name: "snooze", title: "Put off until a time that one types", keys: to(regular, "b", "tomorrow 9")},
	{name: "later", title: "A reply that goes out later", keys: to(regular, "r", "Your cake is ready, see you!", "alt+t", "fri 14:30")},
	{name: "promise", title: "A promise in a reply becomes a reminder", keys: to(regular, "r", "I will come back to you tomorrow", "enter")},
	{name: "undo", title: "A reply can be taken back for a while", config: orders, keys: to(regular, "r", "Your cake is ready", "enter")},
	{name: "quote", title: "A reply to one of the customer's messages", keys: to(regular, "3", "R", "From €42 on, it depends on the filling")},
	{name: "guard", title: "A text that names somebody else is asked about", keys: append(to(patient), to(regular, "r", "Dear Tessa Park, your cake is ready", "enter")...)},
	{name: "paste", title: "A log that was pasted is shown before it is sent", keys: to(regular, "r", "paste:"+strings.Repeat("2026-11-30 08:14:02 oven 2: 218 degrees\n", 60), "enter")},
	{name: "emoji", title: "Emoji by their names", keys: to(regular, "r", "It is on its way :smil")},
	{name: "command", title: "A command of one's own, its answer in the reply", config: orders, keys: to(regular, "r", "Let me look ", "alt+c", "enter")},
	{name: "macro", title: "A macro in the palette", config: own, keys: to(regular, "ctrl+k", "Refund")},
	{name: "queue", title: "Who is late by one's own targets, a view of one's own", config: own, keys: to(regular, "#", "vip", "enter", "1", "g", "g", "2")},
	{name: "selection", title: "Several conversations at once", keys: []string{"2", "g", "g", "x", "x", "x", "#", "refund"}},
	{name: "handover", title: "A shift is handed over", config: "\n[handover]\nfolder = \"/srv/shifts\"\n", keys: to(regular, "b", "tomorrow 9", "enter", "wait", "&")},
	{name: "log", title: "What was sent and done", keys: to(regular, "s", "r", "We are on it", "enter", "esc", "e", "wait", "g", "l")},
	{name: "sms", title: "How many messages an SMS becomes", keys: to(patient, "r", "Of course! Thursday at 15:15 is free. Please bring your insurance card, and come ten minutes before – see you")},
	{name: "assigned", title: "Who has it", keys: to(patient, "a", "Tom", "enter")},
	{name: "closing", title: "Who can soon be sent templates only", second: true, keys: []string{"2", "L"}},
	{name: "read", title: "Delivered, and in bold read by the customer", second: true, keys: []string{"2", "L", "enter", "r", "It is packed and leaves at eight", "enter", "wait", "wait"}},
	{name: "template", title: "A template with its variables filled in", second: true, keys: to(late, "r", "enter", "enter", "Ren", "enter", "83592", "enter", "20:00", "enter")},
	{name: "qr", title: "WhatsApp is connected by a code", second: true, tall: true, keys: []string{"C", "connect WhatsApp Harbour", "enter", "enter", "enter", "wait"}},
}
