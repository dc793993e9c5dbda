/// An instant, and the zone in which it was written down (RFC 5322 §3.3).
package struct MailDate: Sendable, Equatable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    package let seconds: Int64
    /// Seconds that the zone is ahead of UTC; 0 if the zone is not known.
    package let zoneOffset: Int

    package init(seconds: Int64, zoneOffset: Int) {
        self.seconds = seconds
        self.zoneOffset = zoneOffset
    }

    /// Reads a `date-time`, such as `Fri, 21 Nov 1997 09:55:06 -0600`.
    ///
    /// Comments may stand anywhere between the parts. The obsolete forms of RFC 5322 §4.3 are read too: years of two
    /// and three digits, zones with names. The name of the day may be missing or wrong, the seconds and the
    /// zone may be missing.
    /// - Returns: nil for anything else, and where a part is out of its range.
    package init?(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        var cursor = ByteCursor(bytes, in: range)
        cursor.skipCommentsAndWhiteSpace()
        if let byte = cursor.next, byte.isLetter {
            guard let day = cursor.letters(), MailDate.isDayName(bytes, in: day) else { return nil }
            cursor.skipCommentsAndWhiteSpace()
            _ = cursor.take(ASCII.comma)
            cursor.skipCommentsAndWhiteSpace()
        }
        guard let day = cursor.number(digits: 1...2)?.value else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        guard let monthName = cursor.letters(), let month = MailDate.month(bytes, in: monthName) else {
            return nil
        }
        cursor.skipCommentsAndWhiteSpace()
        guard let year = cursor.number(digits: 2...4) else { return nil }
        guard let (hour, minute, second) = cursor.timeOfDay() else { return nil }
        guard
            let local = CivilDate(
                year: MailDate.fullYear(year.value, digits: year.digits), month: month, day: day,
                hour: hour, minute: minute, second: second),
            let offset = cursor.zone()
        else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        guard cursor.next == nil else { return nil }
        seconds = local.seconds - Int64(offset)
        zoneOffset = offset
    }

    /// Reads all of `text`.
    package init?(_ text: [UInt8]) {
        self.init(parsing: text.span, in: 0..<text.count)
    }

    /// `Fri, 21 Nov 1997 09:55:06 -0600`; the years 1 to 9999, the zone to the minute and less than a day.
    package static func format(seconds: Int64, zoneOffset: Int = 0) -> String {
        let offset = wholeMinutes(zoneOffset)
        let local = CivilDate(seconds: seconds, zoneOffset: offset)
        let date =
            "\(dayName(local.weekday)), \(local.day) \(monthName(local.month)) \(padded(local.year, to: 4))"
        let time = "\(padded(local.hour)):\(padded(local.minute)):\(padded(local.second))"
        return "\(date) \(time) \(zoneText(offset))"
    }

    /// The instant as it stands in a header field.
    package var text: String { MailDate.format(seconds: seconds, zoneOffset: zoneOffset) }
}

extension MailDate {
    /// RFC 5322 §4.3: two digits from 50 on and three digits count from 1900, two digits below 50 from 2000.
    private static func fullYear(_ year: Int, digits: Int) -> Int {
        switch digits {
        case 2: year < 50 ? year + 2000 : year + 1900
        case 3: year + 1900
        default: year
        }
    }

    static func padded(_ value: Int, to width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
    }

    static func dayName(_ weekday: Int) -> StaticString {
        switch weekday {
        case 0: "Sun"
        case 1: "Mon"
        case 2: "Tue"
        case 3: "Wed"
        case 4: "Thu"
        case 5: "Fri"
        default: "Sat"
        }
    }

    static func monthName(_ month: Int) -> StaticString {
        switch month {
        case 1: "Jan"
        case 2: "Feb"
        case 3: "Mar"
        case 4: "Apr"
        case 5: "May"
        case 6: "Jun"
        case 7: "Jul"
        case 8: "Aug"
        case 9: "Sep"
        case 10: "Oct"
        case 11: "Nov"
        default: "Dec"
        }
    }

    /// Names count by their first three letters: some write more of them.
    private static func abbreviation(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound..<min(range.upperBound, range.lowerBound + 3)
    }

    private static func month(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int? {
        (1...12).first { bytes.matches(monthName($0), in: abbreviation(range)) }
    }

    private static func isDayName(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        (0...6).contains { bytes.matches(dayName($0), in: abbreviation(range)) }
    }
}

extension ByteCursor {
    /// Reads letters; nil if none is next.
    fileprivate mutating func letters() -> Range<Int>? {
        let start = position
        while let byte = next, byte.isLetter { advance() }
        return position > start ? start..<position : nil
    }

    /// Reads `hour:minute[:second]`.
    fileprivate mutating func timeOfDay() -> (hour: Int, minute: Int, second: Int)? {
        skipCommentsAndWhiteSpace()
        guard let hour = number(digits: 1...2)?.value else { return nil }
        skipCommentsAndWhiteSpace()
        guard take(ASCII.colon) else { return nil }
        skipCommentsAndWhiteSpace()
        guard let minute = number(digits: 2...2)?.value else { return nil }
        skipCommentsAndWhiteSpace()
        guard take(ASCII.colon) else { return (hour, minute, 0) }
        skipCommentsAndWhiteSpace()
        guard let second = number(digits: 2...2)?.value else { return nil }
        return (hour, minute, second)
    }

    /// Reads a zone (RFC 5322 §3.3, §4.3) in seconds; 0 for none and for one of an unknown name, nil for a wrong one.
    fileprivate mutating func zone() -> Int? {
        skipCommentsAndWhiteSpace()
        guard let sign = next else { return 0 }
        if sign == UInt8(ascii: "+") || sign == ASCII.hyphen {
            advance()
            guard let digits = number(digits: 4...4)?.value, digits / 100 < 24, digits % 100 < 60 else {
                return nil
            }
            let offset = digits / 100 * 3600 + digits % 100 * 60
            return sign == ASCII.hyphen ? -offset : offset
        }
        guard let name = letters() else { return nil }
        return zoneOffset(named: name)
    }

    /// The zones of North America; any other name says nothing (RFC 5322 §4.3: as `-0000`).
    private func zoneOffset(named range: Range<Int>) -> Int {
        if bytes.matches("EDT", in: range) { return -4 * 3600 }
        if bytes.matches("EST", in: range) || bytes.matches("CDT", in: range) { return -5 * 3600 }
        if bytes.matches("CST", in: range) || bytes.matches("MDT", in: range) { return -6 * 3600 }
        if bytes.matches("MST", in: range) || bytes.matches("PDT", in: range) { return -7 * 3600 }
        if bytes.matches("PST", in: range) { return -8 * 3600 }
        return 0
    }
}
