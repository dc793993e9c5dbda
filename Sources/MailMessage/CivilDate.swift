/// A date and time of the proleptic Gregorian calendar, and its arithmetic.
package struct CivilDate: Sendable, Equatable {
    /// 1 to 9999 where a ``CivilDate`` was made from seconds.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    /// 0 to 60: a leap second is allowed.
    package let second: Int

    /// - Returns: nil unless every part is within its range, for this month of this year.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...CivilDate.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// What a clock shows that is `zoneOffset` seconds ahead of UTC.
    ///
    /// Instants outside of the years 1 to 9999 are taken as the first or the last second of these.
    package init(seconds: Int64, zoneOffset: Int = 0) {
        let offset = Int64(min(max(zoneOffset, -86_399), 86_399))
        let utc = min(max(seconds, CivilDate.earliest), CivilDate.latest)
        let local = min(max(utc + offset, CivilDate.earliest), CivilDate.latest)
        let dayNumber = Int((local - CivilDate.floorModulo(local, 86_400)) / 86_400)
        let secondOfDay = Int(CivilDate.floorModulo(local, 86_400))
        (year, month, day) = CivilDate.date(ofDay: dayNumber)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Seconds since 1970-01-01 00:00:00 on the clock that shows this. A leap second is the second after it.
    package var seconds: Int64 {
        Int64(dayNumber) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// 0 for Sunday to 6 for Saturday.
    package var weekday: Int {
        // 1970-01-01 was a Thursday.
        Int(CivilDate.floorModulo(Int64(dayNumber) + 4, 7))
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int {
        // Years begin in March here, so that the leap day comes last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension CivilDate {
    /// 0001-01-01 00:00:00 and 9999-12-31 23:59:59.
    private static let earliest: Int64 = -62_135_596_800
    private static let latest: Int64 = 253_402_300_799

    private static func floorModulo(_ value: Int64, _ modulus: Int64) -> Int64 {
        let remainder = value % modulus
        return remainder < 0 ? remainder + modulus : remainder
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The inverse of ``dayNumber``, for days from year 1 on.
    private static func date(ofDay dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = dayNumber + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
