import Glibc

/// What this machine's time zone makes of a moment.
package struct LocalTime: Equatable, Sendable {
    /// Minutes east of UTC.
    package let offsetMinutes: Int
    /// The zone's abbreviation, `CET` or `-03`; `UTC` where it has none.
    package let zone: String

    /// At `seconds` since the epoch. A moment that the C library cannot tell is UTC.
    package static func at(_ seconds: Int) -> LocalTime {
        var moment = time_t(seconds)
        var parts = unsafe tm()
        guard unsafe localtime_r(&moment, &parts) != nil else {
            return LocalTime(offsetMinutes: 0, zone: "UTC")
        }
        var zone = "UTC"
        if let name = unsafe parts.tm_zone, unsafe name.pointee != 0 { zone = unsafe String(cString: name) }
        return unsafe LocalTime(offsetMinutes: parts.tm_gmtoff / 60, zone: zone)
    }
}
