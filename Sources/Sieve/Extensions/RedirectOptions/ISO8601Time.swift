import MailMessage

/// `2010-10-20T22:00:00+01:00`, as the `date` test's `iso8601` has it (RFC 5260 §4.2, RFC 3339 §5.6).
enum ISO8601Time {
    /// Seconds since 1970; nil for anything else. The zone may be written as `Z`, with or without the colon.
    static func seconds(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 20, bytes[10].lowercasedASCII == 0x74, bytes[4] == 0x2D, bytes[7] == 0x2D,
            bytes[13] == 0x3A, bytes[16] == 0x3A
        else { return nil }
        guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            let zone = zoneOffset(bytes[19...])
        else { return nil }
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        let days = dayNumber(year: year, month: month, day: day)
        return Int64(days * 86_400 + hour * 3600 + minute * 60 + second - zone)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func zoneOffset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.count == 1, bytes.first?.lowercasedASCII == 0x7A { return 0 }
        var text = [UInt8](bytes)
        if text.count == 6, text[3] == 0x3A { text.remove(at: 3) }
        return MailDate.zoneOffset(parsing: text.text)
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    ///
    /// Months are counted from March, so that the day which a leap year adds is the last.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let years = month > 2 ? year : year - 1
        let months = (month + 9) % 12
        let leapDays = years / 4 - years / 100 + years / 400
        return years * 365 + leapDays + (months * 153 + 2) / 5 + day - 1 - 719_468
    }
}
