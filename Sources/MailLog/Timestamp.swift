import Platform

/// Moments as RFC 3339 writes them, in UTC: `2026-11-22T20:17:05.123Z`.
enum Timestamp {
    static func bytes(_ time: WallTime) -> [UInt8] {
        // Years 0 to 9999 are what four digits can say.
        let seconds = min(max(time.seconds, -62_167_219_200), 253_402_300_799)
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let second = seconds - days * 86400
        let (year, month, day) = date(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(year, digits: 4, then: UInt8(ascii: "-"), to: &text)
        append(month, digits: 2, then: UInt8(ascii: "-"), to: &text)
        append(day, digits: 2, then: UInt8(ascii: "T"), to: &text)
        append(second / 3600, digits: 2, then: UInt8(ascii: ":"), to: &text)
        append(second / 60 % 60, digits: 2, then: UInt8(ascii: ":"), to: &text)
        append(second % 60, digits: 2, then: UInt8(ascii: "."), to: &text)
        let milliseconds = min(max(time.nanoseconds, 0), 999_999_999) / 1_000_000
        append(milliseconds, digits: 3, then: UInt8(ascii: "Z"), to: &text)
        return text
    }

    /// The date of a day counted from 1970-01-01. Years begin in March, so that the leap day is their last.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    /// - Parameter number: not negative, and with no more digits than that.
    private static func append(_ number: Int, digits: Int, then next: UInt8, to text: inout [UInt8]) {
        var scale = 1
        for _ in 1..<digits { scale *= 10 }
        while scale > 0 {
            text.append(0x30 + UInt8(truncatingIfNeeded: number / scale % 10))
            scale /= 10
        }
        text.append(next)
    }
}
