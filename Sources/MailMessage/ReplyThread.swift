import Platform

/// What a reply says about the messages before it (RFC 5322 §3.6.4).
///
/// Identifiers are taken as they are found between angle brackets: printable ASCII without blanks. Others, and those too
/// long for a line, are passed over.
package struct ReplyThread: Sendable, Equatable {
    /// For `In-Reply-To`: the message's own identifier, with its brackets; nil if it has none.
    package let inReplyTo: String?
    /// For `References`, identifiers with spaces between them; nil if there are none.
    package let references: String?

    /// - Parameters:
    ///   - message: what is replied to.
    ///   - limit: octets of ``references``. Where there are more, the first identifier stays, and as many of the last
    ///     ones as there is room for.
    package init(replyingTo message: Message, limit: Int = 1000) {
        let own = ReplyThread.identifiers(of: message, "Message-ID", limit: 1).first
        var earlier = ReplyThread.identifiers(of: message, "References", limit: .max)
        if earlier.isEmpty {
            let parents = ReplyThread.identifiers(of: message, "In-Reply-To", limit: 2)
            if parents.count == 1 { earlier = parents }
        }
        if let own, earlier.last != own { earlier.append(own) }
        inReplyTo = own
        references = ReplyThread.joined(earlier, limit: max(limit, 0))
    }

    private static let longestIdentifier = 400

    private static func identifiers(of message: Message, _ name: String, limit: Int) -> [String] {
        guard let field = message.firstField(named: name) else { return [] }
        let bytes = message.bytes.span
        var cursor = ByteCursor(bytes, in: field.body)
        var found: [String] = []
        while cursor.next != nil, found.count < limit {
            cursor.skipCommentsAndWhiteSpace()
            let start = cursor.position
            guard cursor.take(ASCII.less) else {
                cursor.advance()
                continue
            }
            while let byte = cursor.next, byte &- 0x21 < 94, byte != ASCII.less, byte != ASCII.greater {
                cursor.advance()
            }
            let count = cursor.position - start + 1
            guard (3...longestIdentifier).contains(count), cursor.take(ASCII.greater) else { continue }
            found.append(String(decoding: bytes.array(start..<cursor.position), as: UTF8.self))
        }
        return found
    }

    private static func joined(_ identifiers: [String], limit: Int) -> String? {
        guard let first = identifiers.first else { return nil }
        var room = limit - first.utf8.count
        var last: [String] = []
        for identifier in identifiers.dropFirst().reversed() {
            guard room > identifier.utf8.count else { break }
            room -= identifier.utf8.count + 1
            last.append(identifier)
        }
        // The parent is what counts most.
        if last.isEmpty, let parent = identifiers.last, parent.utf8.count <= limit { return parent }
        return room < 0 ? nil : ([first] + last.reversed()).joined(separator: " ")
    }
}
