/// The words by which a sender asks to be told of a delivery (RFC 3461 §4.1, §4.3), in capital letters.
enum StatusWords {
    /// NOTIFY: `NEVER`, or some of `SUCCESS`, `FAILURE` and `DELAY`, each once; nil if the text is something else.
    static func notify(_ text: String) -> String? {
        let text = text.uppercased()
        if text == "NEVER" { return text }
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard words.count <= 3 else { return nil }
        for (index, word) in words.enumerated() {
            guard word == "SUCCESS" || word == "FAILURE" || word == "DELAY", !words[..<index].contains(word)
            else { return nil }
        }
        return text
    }

    /// RET: `FULL` or `HDRS`; nil if the text is something else.
    static func returns(_ text: String) -> String? {
        let text = text.uppercased()
        return text == "FULL" || text == "HDRS" ? text : nil
    }
}
