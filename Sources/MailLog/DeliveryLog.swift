package import Platform

/// The form of a record's line.
package enum LogFormat: String, Sendable, CaseIterable { case logfmt, json }

extension DeliveryRecord {
    /// The record as one line, without a line end.
    ///
    /// - Parameter limit: bytes; texts are shortened, and actions counted only, until the line fits. Below
    ///   4,000 it may not.
    package func line(_ format: LogFormat, limit: Int = 8000) -> [UInt8] {
        var line: [UInt8] = []
        for limits in RecordLimits.levels {
            let fields = fields(limits)
            line =
                switch format {
                case .logfmt: LogfmtLine.bytes(fields)
                case .json: JSONLine.bytes(fields)
                }
            if line.count <= limit { break }
        }
        return line
    }
}

/// Whether a record was written. Nothing may hang on it but a count.
package enum LogResult: Sendable, Equatable {
    case written
    /// The site wants no log.
    case off
    case failed(SystemError)
}

/// Where records go: opened with the first one, closed with this value.
///
/// Nothing here waits. A record that cannot be written now is lost, and the result says so.
package struct DeliveryLog: ~Copyable, Sendable {
    package enum Target: Sendable, Equatable {
        case syslog
        case journal
        /// An absolute path.
        case file(path: String)
        case standardError
        case none
    }

    private enum Channel: ~Copyable {
        case closed
        case datagrams(DatagramSocket)
        case file(AppendingFile)

        var isClosed: Bool {
            switch self {
            case .closed: true
            case .datagrams: false
            case .file: false
            }
        }

        /// Whether there is another process that may go away.
        var hasReader: Bool {
            switch self {
            case .datagrams: true
            case .closed: false
            case .file: false
            }
        }
    }

    private let target: Target
    private let format: LogFormat
    private let facility: Int
    private let program: String
    private let systemLogPath: String
    private var channel: Channel = .closed

    /// Standard error may be a pipe that its reader empties only at the end (Postfix takes 4,096 bytes).
    private static let standardErrorLimit = 4095

    /// - Parameter facility: as RFC 3164 §4.1.1 numbers it; 2 is mail.
    /// - Parameter systemLogPath: another socket than the system's own.
    package init(
        _ target: Target, format: LogFormat = .logfmt, facility: Int = 2, program: String = "postmaster",
        systemLogPath: String? = nil
    ) {
        self.target = target
        self.format = format
        self.facility = min(max(facility, 0), 23)
        self.program = program
        self.systemLogPath =
            systemLogPath ?? (target == .journal ? "/run/systemd/journal/socket" : "/dev/log")
    }

    /// Writes one record, opening the target if it is not open.
    package mutating func write(_ record: DeliveryRecord) -> LogResult {
        target == .none ? .off : write(datagram(record))
    }

    package mutating func write(_ record: SweepRecord) -> LogResult {
        target == .none ? .off : write(datagram(record))
    }

    private mutating func write(_ datagram: [UInt8]) -> LogResult {
        do {
            try send(datagram)
        } catch let first {
            // A daemon that was started anew has another socket at the same path.
            guard channel.hasReader else { return .failed(first) }
            channel = .closed
            guard first.code == ErrorCode.connectionRefused || first.code == ErrorCode.notConnected else {
                return .failed(first)
            }
            do { try send(datagram) } catch { return .failed(error) }
        }
        return .written
    }

    /// Opens the target now, where later there would be no right to: before the process changes its user.
    package mutating func open() -> LogResult {
        guard target != .none else { return .off }
        do { try openChannel() } catch { return .failed(error) }
        return .written
    }

    /// The same log once more, for another thread: a file that is open is not opened again.
    package func duplicate() -> DeliveryLog {
        var copy = DeliveryLog(
            target, format: format, facility: facility, program: program, systemLogPath: systemLogPath)
        switch channel {
        case .file(let file): if let other = try? file.duplicate() { copy.channel = .file(other) }
        default: break
        }
        return copy
    }

    private mutating func send(_ bytes: [UInt8]) throws(SystemError) {
        try openChannel()
        switch channel {
        case .closed: return
        case .datagrams(let socket): try socket.send(bytes)
        case .file(let file): try file.append(bytes)
        }
    }

    private mutating func openChannel() throws(SystemError) {
        guard channel.isClosed else { return }
        switch target {
        case .syslog, .journal: channel = .datagrams(try DatagramSocket(connectingTo: systemLogPath))
        case .file(let path): channel = .file(try AppendingFile(opening: path))
        case .standardError: channel = .file(try AppendingFile.standardError())
        case .none: return
        }
    }

    private func datagram(_ record: SweepRecord) -> [UInt8] {
        let line = record.line(format)
        switch target {
        case .syslog:
            return SystemLogDatagram.syslog(
                line, severity: record.severity, facility: facility, program: program,
                process: Host.processIdentifier())
        case .journal:
            return SystemLogDatagram.journal(
                line, severity: record.severity, facility: facility, program: program)
        case .standardError, .file, .none: return line + [0x0A]
        }
    }

    private func datagram(_ record: DeliveryRecord) -> [UInt8] {
        let severity = Severity(record)
        switch target {
        case .syslog:
            let process = Host.processIdentifier()
            return SystemLogDatagram.syslog(
                record.line(format), severity: severity, facility: facility, program: program,
                process: process)
        case .journal:
            return SystemLogDatagram.journal(
                record.line(format), of: record, severity: severity, facility: facility, program: program)
        case .standardError: return record.line(format, limit: Self.standardErrorLimit) + [0x0A]
        case .file, .none: return record.line(format) + [0x0A]
        }
    }
}
