/// What the two system loggers of Linux want to be sent.
enum SystemLogDatagram {
    /// RFC 3164's form: `<22>postmaster[4711]: text`. The time is left to the daemon, which knows it better
    /// than a zone file would, and sets its own where a sender gives one.
    static func syslog(
        _ text: [UInt8], severity: Severity, facility: Int, program: String, process: Int
    ) -> [UInt8] {
        Array("<\(facility &* 8 &+ severity.rawValue)>\(program)[\(process)]: ".utf8) + text
    }

    /// systemd's native form, one field a line.
    static func journal(_ text: [UInt8], severity: Severity, facility: Int, program: String) -> [UInt8] {
        var datagram: [UInt8] = []
        appendJournalField("MESSAGE", text, to: &datagram)
        appendJournalField("PRIORITY", Array(String(severity.rawValue).utf8), to: &datagram)
        appendJournalField("SYSLOG_FACILITY", Array(String(facility).utf8), to: &datagram)
        appendJournalField("SYSLOG_IDENTIFIER", Array(program.utf8), to: &datagram)
        return datagram
    }

    static func journal(
        _ text: [UInt8], of record: DeliveryRecord, severity: Severity, facility: Int, program: String
    ) -> [UInt8] {
        var datagram = journal(text, severity: severity, facility: facility, program: program)
        func field(_ name: String, _ value: some Sequence<UInt8>) {
            appendJournalField(name, Array(value), to: &datagram)
        }
        field("POSTMASTER_ID", record.id.utf8.prefix(256))
        field("POSTMASTER_OUTCOME", record.outcome.rawValue.utf8)
        field("POSTMASTER_STATUS", record.status.utf8.prefix(256))
        if !record.queueID.isEmpty { field("POSTMASTER_QUEUE_ID", record.queueID.utf8.prefix(256)) }
        if !record.messageID.isEmpty { field("POSTMASTER_MESSAGE_ID", record.messageID.prefix(1024)) }
        if !record.user.isEmpty { field("POSTMASTER_USER", record.user.utf8.prefix(256)) }
        return datagram
    }

    /// `NAME=value`, or for a value with line ends `NAME`, its length in eight bytes, and the value.
    static func appendJournalField(_ name: String, _ value: [UInt8], to datagram: inout [UInt8]) {
        datagram += name.utf8
        if value.contains(0x0A) {
            datagram.append(0x0A)
            for shift in stride(from: 0, to: 64, by: 8) {
                datagram.append(UInt8(truncatingIfNeeded: value.count >> shift))
            }
        } else {
            datagram.append(UInt8(ascii: "="))
        }
        datagram += value
        datagram.append(0x0A)
    }
}

/// How much a record wants to be read, as syslog numbers it.
enum Severity: Int {
    case warning = 4
    case notice = 5
    case information = 6

    init(_ record: DeliveryRecord) {
        switch record.outcome {
        case .failed: self = .warning
        case .deferred, .rejected, .bounced: self = record.warnings.isEmpty ? .notice : .warning
        case .delivered, .discarded, .spooled: self = record.warnings.isEmpty ? .information : .warning
        }
    }
}
