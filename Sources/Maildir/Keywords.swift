import Platform

/// Keywords of messages, kept so that Dovecot reads them: through `dovecot-keywords`, which may be changed only
/// by who holds `dovecot-uidlist.lock`.
///
/// A keyword is a convenience: what goes wrong here costs the keyword, never the message.
extension Folder {
    private static var file: String { "dovecot-keywords" }

    /// The letters of `flags` for a file's name, in ASCII order, and what became of the rest.
    func letters(of flags: MessageFlags) -> ([UInt8], [MaildirWarning]) {
        guard !flags.isEmpty else { return ([], []) }
        var warnings = flags.rejected.map {
            MaildirWarning("flag dropped: no IMAP flag can be called \(Self.quote($0))")
        }
        var letters = flags.systemLetters
        if !flags.keywords.isEmpty {
            let (found, failure) = keywordLetters(flags.keywords)
            letters += found.sorted()
            if let failure { warnings.append(failure) }
        }
        return (letters, warnings)
    }

    private static func quote(_ text: String) -> String {
        String(text.prefix(50).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
    }

    private func keywordLetters(_ keywords: [String]) -> ([UInt8], MaildirWarning?) {
        do throws(SystemError) {
            // The file is only ever replaced as a whole, so that reading needs no lock.
            let (table, _) = try keywordTable()
            let letters = keywords.compactMap { table.letter(of: $0) }
            if letters.count == keywords.count { return (letters, nil) }
        } catch {
            return ([], MaildirWarning("keywords dropped", error))
        }
        do throws(SystemError) {
            return try addKeywords(keywords)
        } catch {
            return (known(of: keywords), MaildirWarning("keywords dropped", error))
        }
    }

    /// The letters of those that are there already.
    private func known(of keywords: [String]) -> [UInt8] {
        do throws(SystemError) {
            let (table, _) = try keywordTable()
            return keywords.compactMap { table.letter(of: $0) }
        } catch {
            return []
        }
    }

    private func addKeywords(_ keywords: [String]) throws(SystemError) -> ([UInt8], MaildirWarning?) {
        let deadline = Deadline(milliseconds: root.options.lockWait)
        let lock = try Dotlock(
            "dovecot-uidlist", in: directory, staleAfter: 120, deadline, permissions: root.permissions,
            signed: root.origin)
        return try assignLetters(to: keywords, holding: lock, deadline)
    }

    private func assignLetters(
        to keywords: [String], holding lock: borrowing Dotlock, _ deadline: Deadline
    ) throws(SystemError) -> ([UInt8], MaildirWarning?) {
        var (table, modified) = try keywordTable()
        var letters: [UInt8] = []
        var dropped: [String] = []
        let before = table
        for keyword in keywords {
            if let letter = table.letter(of: keyword) ?? table.add(keyword) {
                letters.append(letter)
            } else {
                dropped.append(keyword)
            }
        }
        if table != before { try write(table, after: modified, deadline) }
        guard !dropped.isEmpty else { return (letters, nil) }
        let names = dropped.joined(separator: " ")
        return (letters, MaildirWarning("keywords dropped: all 26 letters of \(path) are taken: \(names)"))
    }

    /// The table, and when it was last changed, in seconds; an empty one where there is no file.
    func keywordTable() throws(SystemError) -> (KeywordTable, modified: Int) {
        do throws(SystemError) {
            let path = directory.entries.path(of: Self.file)
            let file = try directory.entries.openFile(Self.file)
            let contents = try file.readAll(limit: 1 << 16, path: path)
            return (KeywordTable(contents), try file.status(path: path).modified)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return (KeywordTable(), 0)
        }
    }

    private func write(_ table: KeywordTable, after modified: Int, _ deadline: Deadline) throws(SystemError) {
        // Left behind by a process that had the other lock, as this one has now.
        try? directory.entries.removeFile(Self.file + ".lock")
        let new = try Dotlock(
            Self.file, in: directory, staleAfter: 120, deadline, permissions: root.permissions)
        try new.write(table.contents)
        // Dovecot takes a file whose time has not grown, in seconds, for one that it knows.
        if try new.modified() <= modified { try new.setModified(modified + 1) }
        try new.replace()
        try directory.entries.synchronizeEntries()
    }
}
