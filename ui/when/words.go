package when

import "time"

var (
	minute = unit{length: time.Minute}
	hour   = unit{length: time.Hour}
	days   = unit{days: 1, calendar: true}
	weeks  = unit{days: 7, calendar: true}
	months = unit{months: 1, calendar: true}
)

// units are the words for lengths of time.
var units = map[string]unit{
	"m": minute, "min": minute, "mins": minute, "minute": minute, "minutes": minute,
	"мин": minute, "минуту": minute, "минуты": minute, "минут": minute,
	"h": hour, "hr": hour, "hrs": hour, "hour": hour, "hours": hour,
	"ч": hour, "час": hour, "часа": hour, "часов": hour,
	"d": days, "day": days, "days": days, "д": days, "день": days, "дня": days, "дней": days,
	"w": weeks, "week": weeks, "weeks": weeks, "нед": weeks, "неделю": weeks, "недели": weeks, "недель": weeks,
	"month": months, "months": months, "месяц": months, "месяца": months, "месяцев": months,
}

// numbers are the words for how many.
var numbers = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "half": 0.5,
	"один": 1, "одну": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "пол": 0.5, "полтора": 1.5,
}

// joined are single words that are read as two.
var joined = map[string][]string{"полчаса": {"пол", "часа"}, "полдня": {"12", "часов"}}

// halves are which half of the day is meant: whether the second.
var halves = map[string]bool{
	"am": false, "утра": false, "ночи": false,
	"pm": true, "дня": true, "вечера": true,
}

func set(words ...string) map[string]bool {
	all := map[string]bool{}
	for _, w := range words {
		all[w] = true
	}
	return all
}

var (
	ahead    = set("in", "через")
	articles = set("a", "an")
	joins    = set("and", "и")
	links    = set("at", "on", "by", "in", "the", "в", "во", "к", "на", "@")
	ordinals = set("st", "nd", "rd", "th", "го")
	hours    = set("h", "ч", "час", "часа", "часов")
)

// weekdays are the names of the days.
var weekdays = map[string]time.Weekday{
	"mon": time.Monday, "monday": time.Monday, "пн": time.Monday, "понедельник": time.Monday,
	"tue": time.Tuesday, "tues": time.Tuesday, "tuesday": time.Tuesday, "вт": time.Tuesday, "вторник": time.Tuesday,
	"wed": time.Wednesday, "wednesday": time.Wednesday, "ср": time.Wednesday, "среда": time.Wednesday, "среду": time.Wednesday,
	"thu": time.Thursday, "thur": time.Thursday, "thurs": time.Thursday, "thursday": time.Thursday, "чт": time.Thursday, "четверг": time.Thursday,
	"fri": time.Friday, "friday": time.Friday, "пт": time.Friday, "пятница": time.Friday, "пятницу": time.Friday,
	"sat": time.Saturday, "saturday": time.Saturday, "сб": time.Saturday, "суббота": time.Saturday, "субботу": time.Saturday,
	"sun": time.Sunday, "sunday": time.Sunday, "вс": time.Sunday, "воскресенье": time.Sunday,
}

// monthNames are the names of the months.
var monthNames = map[string]time.Month{
	"jan": 1, "january": 1, "янв": 1, "января": 1, "feb": 2, "february": 2, "фев": 2, "февраля": 2,
	"mar": 3, "march": 3, "мар": 3, "марта": 3, "apr": 4, "april": 4, "апр": 4, "апреля": 4,
	"may": 5, "мая": 5, "jun": 6, "june": 6, "июн": 6, "июня": 6, "jul": 7, "july": 7, "июл": 7, "июля": 7,
	"aug": 8, "august": 8, "авг": 8, "августа": 8, "sep": 9, "sept": 9, "september": 9, "сен": 9, "сентября": 9,
	"oct": 10, "october": 10, "окт": 10, "октября": 10, "nov": 11, "november": 11, "ноя": 11, "ноября": 11,
	"dec": 12, "december": 12, "дек": 12, "декабря": 12,
}

// relative are days by how far they are from today.
var relative = map[string]int{
	"today": 0, "tonight": 0, "сегодня": 0,
	"tomorrow": 1, "tmr": 1, "tmrw": 1, "завтра": 1,
	"послезавтра": 2,
}

// partsOfDay are times of day by name.
var partsOfDay = map[string]clock{
	"morning": {9, 0}, "утром": {9, 0}, "noon": {12, 0}, "полдень": {12, 0}, "afternoon": {14, 0}, "днем": {14, 0}, "днём": {14, 0},
	"evening": {18, 0}, "вечером": {18, 0}, "tonight": {20, 0},
}
