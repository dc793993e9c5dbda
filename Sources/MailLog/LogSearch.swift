package import Platform

/// Looks deliveries up in a log file, from its end backwards, and then in the one that was rotated away last
/// (`PATH.1`).
///
/// Bounded: no more than ``mostOctets`` of each file are looked at, and a line that is longer than a record can be is
/// none.
package struct LogSearch: Sendable {
    package enum Key: Sendable {
        /// A delivery's own identifier, or the mail transfer agent's.
        case id(String)
        /// With or without its angle brackets.
        case messageID(String)
    }

    private let path: String

    package static var mostOctets: Int { 1 << 30 }
    private static var mostLine: Int { 1 << 16 }
    private static var piece: Int { 1 << 16 }

    package init(path: String) { self.path = path }

    /// The records, the newest first, at most `limit` of them.
    ///
    /// - Throws: why the file cannot be read. That there is no older file is no error.
    package func find(_ key: Key, limit: Int = 20) throws(SystemError) -> [LoggedDelivery] {
        var found: [LoggedDelivery] = []
        try search(path, key, limit, &found)
        guard found.count < limit else { return found }
        do throws(SystemError) {
            try search(path + ".1", key, limit, &found)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
        }
        return found
    }

    private func search(
        _ path: String, _ key: Key, _ limit: Int, _ found: inout [LoggedDelivery]
    ) throws(SystemError) {
        let file = try OwnedFileDescriptor(reading: path)
        var start = try file.status(path: path).size
        let end = max(start - Self.mostOctets, 0)
        // What comes before the first line end of the pieces so far.
        var rest: [UInt8] = []
        while start > end, found.count < limit {
            let size = min(Self.piece, start - end)
            start -= size
            var bytes = try file.read(at: start, count: size, path: path)
            bytes += rest
            var lineEnd = bytes.count
            while let lineFeed = bytes[..<lineEnd].lastIndex(of: 0x0A) {
                key.take(Array(bytes[(lineFeed + 1)..<lineEnd]), &found)
                guard found.count < limit else { return }
                lineEnd = lineFeed
            }
            rest = lineEnd <= Self.mostLine ? Array(bytes[..<lineEnd]) : []
        }
        if start == 0, found.count < limit { key.take(rest, &found) }
    }
}

extension LogSearch.Key {
    /// Adds the record in the line if it is one that is looked for.
    fileprivate func take(_ line: [UInt8], _ found: inout [LoggedDelivery]) {
        guard !line.isEmpty, line.span.contains(needle), let record = LoggedDelivery(line: line) else {
            return
        }
        switch self {
        case .id(let id):
            if record["id"] == id || record["queue-id"] == id { found.append(record) }
        case .messageID(let text):
            if let other = record["message-id"], Self.bare(other) == Self.bare(text) { found.append(record) }
        }
    }

    /// What a line has in any format if it has the key: the longest run of it that is never escaped.
    private var needle: [UInt8] {
        let text: String
        switch self {
        case .id(let id): text = id
        case .messageID(let id): text = String(Self.bare(id))
        }
        let runs = Array(text.utf8).split { byte in
            !(byte > 0x20 && byte < 0x7F) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        }
        return runs.max { $0.count < $1.count }.map { [UInt8]($0) } ?? []
    }

    private static func bare(_ text: String) -> Substring {
        var text = text[...]
        if text.hasPrefix("<"), text.hasSuffix(">"), text.utf8.count >= 2 {
            text = text.dropFirst().dropLast()
        }
        return text
    }
}

extension Span<UInt8> {
    /// Both are short.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        for start in 0...(count - part.count) {
            var length = 0
            while length < part.count, self[start &+ length] == part[length] { length &+= 1 }
            if length == part.count { return true }
        }
        return false
    }
}
