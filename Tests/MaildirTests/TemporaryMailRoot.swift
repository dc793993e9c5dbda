import Foundation
import Maildir
import Platform

/// A directory of its own for one test, which goes when the test is done with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/maildir-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try set(mode: 0o700, "")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of the mail root, which need not exist.
    var mail: String { path + "/mail" }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    /// Names in a directory, sorted; none if it is not there.
    func names(_ name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + name)) ?? []).sorted()
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func makeMaildir(_ name: String) throws {
        for part in ["cur", "new", "tmp"] { try makeDirectory(name + "/" + part) }
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func set(mode: UInt32, _ name: String) throws {
        guard unsafe chmod(path + "/" + name, mode) == 0 else {
            throw SystemError(call: "chmod", path: name, code: errno)
        }
    }

    func mode(_ name: String) throws -> UInt32 { try status(name).permissions }

    func status(_ name: String) throws -> FileStatus {
        try FileStatus.of(path + "/" + name, followingLinks: false)
    }

    /// Sets the times of last access and modification.
    func set(accessed: Int, modified: Int, _ name: String) {
        let times = [timeval(tv_sec: accessed, tv_usec: 0), timeval(tv_sec: modified, tv_usec: 0)]
        _ = unsafe utimes(path + "/" + name, times)
    }
}

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Text of any scalars, ASCII and what the formats treat specially more often than the rest.
    mutating func text(upTo length: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            let range: ClosedRange<UInt32> =
                switch next() % 8 {
                case 0...3: 0x20...0x7E
                case 4: 0x26...0x2F
                case 5: 0...0x2FF
                case 6: 0x2000...0xD7FF
                default: 0xE000...0x10FFFF
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// Stages, writes and publishes a message, and makes it durable.
@discardableResult
func deliver(
    _ text: String, to folder: borrowing Folder, name: UniqueName? = nil, flags: MessageFlags = MessageFlags()
) throws -> PublishedMessage {
    var message = try folder.stage()
    try message.write(Array(text.utf8))
    let published = try message.publish(into: folder, name: name, flags: flags)
    try folder.synchronize()
    return published
}

func mailbox(_ text: String) throws -> MailboxName { try MailboxName(text, separator: UInt8(ascii: "/")) }
