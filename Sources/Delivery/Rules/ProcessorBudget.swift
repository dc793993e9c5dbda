import Platform

/// How much of the processor's time a user's scripts have taken within the last hour.
///
/// Only runs that took a second or more are written down, in a file of the mail root that no script can reach, a
/// line each: the time and the seconds. So ordinary mail costs one attempt to open a file that is not there.
struct ProcessorBudget {
    private let path: String
    /// Seconds within an hour.
    private let limit: Int

    private static let window = 3600
    /// Octets beyond which the file is begun anew; far more lines than an hour can have.
    private static let sizeLimit = 64 << 10

    init(mailRoot: String, limit: Int) {
        path = mailRoot + "/postmaster-cpu"
        self.limit = limit
    }

    /// Whether the scripts may run no more for now.
    func isSpent(now: WallTime) -> Bool {
        guard let file = try? OwnedFileDescriptor(reading: path),
            let bytes = try? file.readAll(limit: Self.sizeLimit, path: path)
        else { return false }
        var used = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 2, let time = Int(String(decoding: words[0], as: UTF8.self)),
                let seconds = Int(String(decoding: words[1], as: UTF8.self)), (0...86_400).contains(seconds)
            else { continue }
            // A clock that jumped back must not lock a user out: only the hour before now counts.
            if time <= now.seconds, now.seconds - time < Self.window { used += seconds }
        }
        return used >= limit
    }

    /// Writes a run down, if it was a long one. What goes wrong here changes nothing.
    func note(milliseconds: Int, now: WallTime) {
        guard milliseconds >= 1000 else { return }
        if let size = (try? FileStatus.of(path))?.size, size > Self.sizeLimit / 2 {
            try? Directory(opening: parent).removeFile("postmaster-cpu")
        }
        try? AppendingFile(opening: path).append([UInt8]("\(now.seconds) \(milliseconds / 1000)\n".utf8))
    }

    private var parent: String { String(path.dropLast("/postmaster-cpu".count)) }
}
