import Foundation
import Platform
import TestSupport
import Testing

@testable import MailLog

private func record(_ outcome: DeliveryRecord.Outcome = .delivered, reason: String = "") -> DeliveryRecord {
    var record = DeliveryRecord(time: WallTime(seconds: 0), id: "x1", outcome: outcome)
    record.reason = reason
    return record
}

/// A directory that is removed with this value.
private final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "maillog-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct SystemLogDatagramTests {
    @Test("the form of syslog, with facility and severity")
    func syslog() {
        let datagram = SystemLogDatagram.syslog(
            Array("a=b".utf8), severity: .notice, facility: 2, program: "postmaster", process: 4711)
        #expect(String(decoding: datagram, as: UTF8.self) == "<21>postmaster[4711]: a=b")
    }

    @Test(
        "severities",
        arguments: [
            (DeliveryRecord.Outcome.delivered, Severity.information), (.spooled, .information),
            (.discarded, .information),
            (.deferred, .notice), (.rejected, .notice), (.bounced, .notice), (.failed, .warning),
        ])
    func severities(_ outcome: DeliveryRecord.Outcome, _ severity: Severity) {
        #expect(Severity(record(outcome)) == severity)
        var warned = record(outcome)
        warned.warnings = ["w"]
        #expect(Severity(warned) == .warning)
    }

    /// Reads systemd's native form.
    private func journalFields(_ datagram: [UInt8]) -> [String: [UInt8]]? {
        var fields: [String: [UInt8]] = [:]
        var rest = datagram[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(where: { $0 == 0x3D || $0 == 0x0A }) else { return nil }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            guard name.utf8.allSatisfy({ $0 == 0x5F || (0x41...0x5A).contains($0) }), fields[name] == nil
            else { return nil }
            let isBinary = rest[end] == 0x0A
            rest = rest[(end + 1)...]
            if isBinary {
                guard rest.count >= 8 else { return nil }
                let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(8)
                guard rest.count > count else { return nil }
                fields[name] = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
                guard rest.first == 0x0A else { return nil }
                rest = rest.dropFirst()
            } else {
                guard let line = rest.firstIndex(of: 0x0A) else { return nil }
                fields[name] = Array(rest[..<line])
                rest = rest[(line + 1)...]
            }
        }
        return fields
    }

    @Test("the form of the journal, also for values with line ends")
    func journal() throws {
        var sample = record()
        sample.user = "a\nPRIORITY=0"
        sample.messageID = Array("<x>\n".utf8)
        let datagram = SystemLogDatagram.journal(
            sample.line(.logfmt), of: sample, severity: .information, facility: 2, program: "postmaster")
        let fields = try #require(journalFields(datagram))
        #expect(fields["MESSAGE"] == sample.line(.logfmt))
        #expect(fields["PRIORITY"] == Array("6".utf8))
        #expect(fields["SYSLOG_FACILITY"] == Array("2".utf8))
        #expect(fields["SYSLOG_IDENTIFIER"] == Array("postmaster".utf8))
        #expect(fields["POSTMASTER_USER"] == Array("a\nPRIORITY=0".utf8))
        #expect(fields["POSTMASTER_MESSAGE_ID"] == Array("<x>\n".utf8))
        #expect(fields["POSTMASTER_OUTCOME"] == Array("delivered".utf8))
    }

    @Test("no record breaks the form of the journal")
    func journalProperty() throws {
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<500 {
            let sample = generator.record()
            let datagram = SystemLogDatagram.journal(
                sample.line(.json), of: sample, severity: .notice, facility: 2, program: "postmaster")
            let fields = try #require(journalFields(datagram))
            #expect(fields["MESSAGE"] == sample.line(.json) && fields["PRIORITY"] == Array("5".utf8))
            #expect(datagram.count < 12000)
        }
    }
}

@Suite struct DeliveryLogTests {
    @Test("a record goes to the system's log in one datagram")
    func syslog() throws {
        let directory = try TemporaryDirectory()
        let receiver = try #require(LocalReceiver(at: directory.path + "/log"))
        var log = DeliveryLog(.syslog, systemLogPath: receiver.path)
        let result = log.write(record(reason: "two\nlines"))
        #expect(result == .written)
        let datagram = String(decoding: try #require(receiver.receive()), as: UTF8.self)
        #expect(datagram.hasPrefix("<22>postmaster[") && datagram.hasSuffix(#" reason="two\nlines""#))
        #expect(receiver.receive() == nil)
    }

    @Test("a record goes to the journal in one datagram, in JSON where that is asked for")
    func journal() throws {
        let directory = try TemporaryDirectory()
        let receiver = try #require(LocalReceiver(at: directory.path + "/log"))
        var log = DeliveryLog(
            .journal, format: .json, program: "postmaster-retry", systemLogPath: receiver.path)
        let result = log.write(record(.failed))
        #expect(result == .written)
        let datagram = String(decoding: try #require(receiver.receive()), as: UTF8.self)
        #expect(datagram.hasPrefix("MESSAGE={\"time\":"))
        #expect(
            datagram.contains("\nPRIORITY=4\n") && datagram.contains("\nSYSLOG_IDENTIFIER=postmaster-retry\n")
        )
    }

    @Test("a logger that was started anew is found again")
    func restartedLogger() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/log"
        var log = DeliveryLog(.syslog, systemLogPath: path)
        var receiver = LocalReceiver(at: path)
        let first = log.write(record())
        #expect(first == .written)
        receiver = nil
        let lost = log.write(record())
        guard case .failed = lost else {
            Issue.record("written to nobody")
            return
        }
        receiver = LocalReceiver(at: path)
        let second = log.write(record())
        #expect(second == .written)
        receiver = nil
        receiver = LocalReceiver(at: path)
        let third = log.write(record())
        #expect(third == .written)
        #expect(receiver?.receive() != nil)
    }

    @Test("a logger that reads nothing is not waited for")
    func fullLogger() throws {
        let directory = try TemporaryDirectory()
        let receiver = try #require(LocalReceiver(at: directory.path + "/log", buffer: 4096))
        var log = DeliveryLog(.syslog, systemLogPath: receiver.path)
        var failures = 0
        let start = SteadyTime.now()
        for _ in 0..<2000 {
            if case .failed(let error) = log.write(record(reason: String(repeating: "x", count: 500))) {
                failures += 1
                #expect(error.code == ErrorCode.again)
            }
        }
        #expect(failures > 0)
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 5000)
    }

    @Test("without a logger the result says so")
    func missingLogger() throws {
        let directory = try TemporaryDirectory()
        var log = DeliveryLog(.syslog, systemLogPath: directory.path + "/none")
        let result = log.write(record())
        #expect(
            result
                == .failed(
                    SystemError(call: "connect", path: directory.path + "/none", code: ErrorCode.noSuchFile)))
    }

    @Test("records are appended to a file that only owner and group can read")
    func file() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/mail.log"
        for _ in 0..<2 {
            var log = DeliveryLog(.file(path: path))
            let results = [log.open(), log.write(record()), log.write(record(.deferred))]
            #expect(results == [.written, .written, .written])
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8)
        let line = "time=1970-01-01T00:00:00.000Z id=x1 outcome="
        #expect(lines == String(repeating: "\(line)delivered\n\(line)deferred\n", count: 2))
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect((permissions ?? 0o777) & 0o137 == 0)
    }

    @Test("neither a link nor a pipe is written to")
    func strangeFiles() throws {
        let directory = try TemporaryDirectory()
        let target = directory.path + "/target"
        try Data().write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/link", withDestinationPath: target)
        let made = unsafe mkfifo(directory.path + "/pipe", 0o600)
        #expect(made == 0)
        for name in ["link", "pipe", "", "absent/log"] {
            var log = DeliveryLog(.file(path: directory.path + "/" + name))
            guard case .failed = log.write(record()) else {
                Issue.record("written to \(name)")
                continue
            }
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "")
    }

    @Test("a site without a log has none")
    func off() {
        var log = DeliveryLog(.none)
        let results = [log.open(), log.write(record())]
        #expect(results == [.off, .off])
    }

    @Test("many processes' records in one file stay whole")
    func concurrentWriters() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/mail.log"
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    var log = DeliveryLog(.file(path: path))
                    for _ in 0..<100 {
                        var sample = DeliveryRecord(
                            time: WallTime(seconds: 0), id: "w\(writer)", outcome: .delivered)
                        sample.reason = String(repeating: "\(writer)", count: 900)
                        _ = log.write(sample)
                    }
                }
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 800)
        for line in lines {
            let pairs = try #require(LogfmtParser.pairs(Array(line.utf8)))
            let writer = try #require(pairs.first { $0.name == "id" }?.value.last)
            #expect(pairs.last?.value == [UInt8](repeating: writer, count: 900))
        }
    }
}
