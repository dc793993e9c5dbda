/// A part of a date and time, as the `date` test names it (RFC 5260 §4.2).
package enum DatePart: String, Sendable, CaseIterable {
    case year, month, day, date
    /// The Modified Julian Day: days since 17 November 1858.
    case julian
    case hour, minute, second, time
    /// `2009-07-20T21:44:43+03:00`
    case iso8601
    /// As in a `Date` field: `Mon, 20 Jul 2009 21:44:43 +0300`.
    case std11
    /// `+0300`
    case zone
    /// `0` for Sunday to `6` for Saturday.
    case weekday

    /// - Parameter name: in letters of either case.
    package init?(name: String) {
        self.init(rawValue: String(decoding: name.utf8.map(\.lowercased), as: UTF8.self))
    }

    /// The part of what a clock in the zone of `date` shows. Years are those from 1 to 9999; the zone counts to the minute.
    package func text(of date: MailDate) -> String {
        let offset = MailDate.wholeMinutes(date.zoneOffset)
        let local = CivilDate(seconds: date.seconds, zoneOffset: offset)
        let two = { (value: Int) in MailDate.padded(value) }
        let day = "\(MailDate.padded(local.year, to: 4))-\(two(local.month))-\(two(local.day))"
        let time = "\(two(local.hour)):\(two(local.minute)):\(two(local.second))"
        return switch self {
        case .year: MailDate.padded(local.year, to: 4)
        case .month: two(local.month)
        case .day: two(local.day)
        case .date: day
        case .julian: String(local.dayNumber + DatePart.modifiedJulianEpoch)
        case .hour: two(local.hour)
        case .minute: two(local.minute)
        case .second: two(local.second)
        case .time: time
        case .iso8601: "\(day)T\(time)\(MailDate.zoneText(offset, separator: ":"))"
        case .std11:
            "\(MailDate.dayName(local.weekday)), \(two(local.day)) \(MailDate.monthName(local.month)) "
                + "\(MailDate.padded(local.year, to: 4)) \(time) \(MailDate.zoneText(offset))"
        case .zone: MailDate.zoneText(offset)
        case .weekday: String(local.weekday)
        }
    }

    /// The number of 1970-01-01 (RFC 5260 appendix A).
    private static let modifiedJulianEpoch = 40_587
}

extension MailDate {
    /// Reads the zone of `:zone` (RFC 5260 §4.1.3), `+hhmm` or `-hhmm`, in seconds; nil for anything else.
    package static func zoneOffset(parsing text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes.dropFirst().allSatisfy(\.isDigit) else { return nil }
        let digits = bytes.dropFirst().reduce(0) { $0 * 10 + Int($1 &- ASCII.zero) }
        guard digits / 100 < 24, digits % 100 < 60 else { return nil }
        let offset = digits / 100 * 3600 + digits % 100 * 60
        switch bytes.first {
        case UInt8(ascii: "+"): return offset
        case ASCII.hyphen: return -offset
        default: return nil
        }
    }

    /// The same instant, told in a zone that is `zoneOffset` seconds ahead of UTC.
    package func inZone(_ zoneOffset: Int) -> MailDate {
        MailDate(seconds: seconds, zoneOffset: zoneOffset)
    }

    /// A zone's offset, cut to whole minutes and to less than a day.
    static func wholeMinutes(_ zoneOffset: Int) -> Int {
        min(max(zoneOffset, -86_340), 86_340) / 60 * 60
    }

    /// `+hhmm`
    static func zoneText(_ offset: Int, separator: String = "") -> String {
        let minutes = abs(offset) / 60
        return "\(offset < 0 ? "-" : "+")\(padded(minutes / 60))\(separator)\(padded(minutes % 60))"
    }
}
