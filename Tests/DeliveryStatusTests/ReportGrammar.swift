import MailMessage

/// The grammar of the fields of a status part (RFC 3464 §2, RFC 6533 §3), written down a second time.
enum ReportGrammar {
    /// - Parameter isGlobal: whether the part may hold UTF-8.
    /// - Returns: what is wrong with the blocks.
    static func problems(in blocks: [[[String]]], isGlobal: Bool) -> [String] {
        guard let first = blocks.first else { return ["no blocks"] }
        var problems = check(
            first,
            order: [
                "Original-Envelope-Id", "Reporting-MTA", "Arrival-Date", "X-Postmaster-Queue-ID",
                "X-Postmaster-Sender",
            ], required: ["Reporting-MTA"], isGlobal)
        if blocks.count < 2 { problems.append("no recipient") }
        for block in blocks.dropFirst() {
            problems += check(
                block,
                order: [
                    "Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA",
                    "Diagnostic-Code", "Last-Attempt-Date", "Will-Retry-Until",
                ], required: ["Final-Recipient", "Action", "Status"], isGlobal)
            problems += agreement(block)
        }
        return problems
    }

    private static func check(
        _ block: [[String]], order names: [String], required: [String], _ isGlobal: Bool
    ) -> [String] {
        var problems: [String] = []
        let found = block.compactMap(\.first)
        if Set(found).count != found.count { problems.append("twice: \(found)") }
        for name in required where !found.contains(name) { problems.append("no \(name)") }
        for field in block {
            guard field.count == 2, names.contains(field[0]) else {
                problems.append("\(field)")
                continue
            }
            if !isValid(field[0], field[1], isGlobal) { problems.append("\(field[0]): \(field[1])") }
        }
        return problems
    }

    private static func isValid(_ name: String, _ value: String, _ isGlobal: Bool) -> Bool {
        guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }),
            isGlobal || value.utf8.allSatisfy({ $0 < 0x80 })
        else { return false }
        switch name {
        case "Reporting-MTA", "Remote-MTA": return isMailSystem(value)
        case "Final-Recipient", "Original-Recipient", "X-Postmaster-Sender":
            return isTypedAddress(value, isGlobal)
        case "Action": return ["failed", "delayed", "delivered", "relayed"].contains(value)
        case "Status": return EnhancedStatusGrammar.isValid(value)
        case "Diagnostic-Code": return isDiagnostic(value)
        case "Arrival-Date", "Last-Attempt-Date", "Will-Retry-Until":
            return MailDate(Array(value.utf8)) != nil
        default: return true
        }
    }

    /// `dns; mx.example.org` or `dns; [192.0.2.1]`
    private static func isMailSystem(_ value: String) -> Bool {
        guard value.hasPrefix("dns; ") else { return false }
        let name = value.dropFirst(5)
        if name.hasPrefix("[") {
            let inner = name.dropFirst().dropLast()
            return name.hasSuffix("]") && !inner.isEmpty
                && inner.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" || "IPv6".contains($0) }
        }
        return !name.isEmpty && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains("..")
            && name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || isAlphanumeric($0) }
    }

    private static func isTypedAddress(_ value: String, _ isGlobal: Bool) -> Bool {
        if value.hasPrefix("rfc822;") { return value.utf8.allSatisfy { $0 < 0x80 } }
        guard value.hasPrefix("utf-8; ") else { return false }
        let address = value.dropFirst(7)
        if isGlobal { return !address.utf8.allSatisfy { $0 < 0x80 } }
        // utf-8-addr-xtext: what is not plain is written \x{HEX}.
        var rest = address
        var hasEmbedded = false
        while let character = rest.popFirst() {
            if character == "\\" {
                guard rest.hasPrefix("x{"), let end = rest.firstIndex(of: "}") else { return false }
                let digits = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
                guard (2...6).contains(digits.count), let value = UInt32(digits, radix: 16),
                    digits == digits.uppercased(), Unicode.Scalar(value) != nil
                else { return false }
                hasEmbedded = true
                rest = rest[rest.index(after: end)...]
            } else if character == "+" || character == "=" || character == " " || !character.isASCII {
                return false
            }
        }
        return hasEmbedded
    }

    /// `smtp; 550 5.1.1 text` or `x-postmaster; text`
    private static func isDiagnostic(_ value: String) -> Bool {
        if value.hasPrefix("x-postmaster; ") || value == "x-postmaster;" { return true }
        guard value.hasPrefix("smtp; ") else { return false }
        let reply = Array(value.utf8.dropFirst(6))
        return reply.count >= 3 && (0x32...0x35).contains(reply[0])
            && reply[1...2].allSatisfy { (0x30...0x39).contains($0) }
            && (reply.count == 3 || reply[3] == 0x20 || reply[3] == 0x2D)
    }

    /// RFC 3464 §2.3.3, §2.3.4, §2.3.9
    private static func agreement(_ block: [[String]]) -> [String] {
        func value(_ name: String) -> String? { block.first { $0.first == name }?.last }
        let action = value("Action") ?? ""
        let start = value("Status")?.first ?? "?"
        var problems: [String] = []
        let classes: [String: [Character]] = [
            "failed": ["4", "5"], "delayed": ["4"], "delivered": ["2"], "relayed": ["2"],
        ]
        if classes[action]?.contains(start) != true { problems.append("\(action) with \(start)") }
        if action != "delayed", value("Will-Retry-Until") != nil { problems.append("\(action) is retried") }
        return problems
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

private enum EnhancedStatusGrammar {
    /// RFC 3463 §2
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && ["2", "4", "5"].contains(parts[0])
            && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } }
    }
}
