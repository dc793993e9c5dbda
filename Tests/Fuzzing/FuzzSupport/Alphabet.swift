/// Turns octets into scripts and messages that get beyond the first syntax error.
///
/// Each octet stands for a word of the language, so that a fuzzer that changes octets changes words; what an octet
/// does not stand for is left to the raw form, in which octets are taken as they are.
package enum Alphabet {
    /// A script and a message. The first octet says which form they have, the second how much is script.
    package static func divide(_ input: [UInt8]) -> (script: [UInt8], message: [UInt8]) {
        guard input.count > 2 else { return (input, []) }
        let rest = input[2...]
        let place = rest.startIndex + rest.count * Int(input[1]) / 256
        let (script, message) = (Array(rest[..<place]), Array(rest[place...]))
        switch input[0] % 4 {
        case 0: return (script, message)
        case 1: return (requires + join(script, words), join(message, lines))
        case 2: return (requires + commands(script), join(message, lines))
        default: return (requires + commands(script), message)
        }
    }

    private static func join(_ octets: [UInt8], _ table: [StaticString]) -> [UInt8] {
        var result: [UInt8] = []
        for octet in octets { append(table[Int(octet) % table.count], to: &result) }
        return result
    }

    /// Whole commands, so that most scripts compile.
    private static func commands(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        var depth = 0
        func next() -> Int {
            guard index < octets.count else { return 0 }
            index += 1
            return Int(octets[index - 1])
        }
        while index < octets.count {
            switch next() % 8 {
            case 0, 1:
                append("if ", to: &result)
                append(tests[next() % tests.count], to: &result)
                append(" {\n", to: &result)
                depth += 1
            case 2 where depth > 0:
                append("} elsif ", to: &result)
                append(tests[next() % tests.count], to: &result)
                append(" {\n", to: &result)
            case 3 where depth > 0:
                append("}\n", to: &result)
                depth -= 1
            case 4 where depth < 3:
                append("foreverypart {\n", to: &result)
                depth += 1
            default:
                append(statements[next() % statements.count], to: &result)
                append("\n", to: &result)
            }
        }
        for _ in 0..<depth { append("}\n", to: &result) }
        return result
    }

    private static func append(_ text: StaticString, to result: inout [UInt8]) {
        result += text.description.utf8
    }

    private static let requires = Array(
        """
        require ["fileinto", "copy", "variables", "relational", "regex", "body", "date", "index", "editheader",
        "imap4flags", "envelope", "mailbox", "mime", "foreverypart", "extracttext", "replace", "enclose", "vacation",
        "enotify", "duplicate", "environment", "ihave", "spamtestplus", "virustest", "subaddress", "encoded-character",
        "comparator-i;ascii-numeric", "comparator-i;unicode-casemap", "extlists", "special-use", "mailboxid",
        "mboxmetadata", "servermetadata", "fcc"];

        """.utf8)

    private static let tests: [StaticString] = [
        #"true"#, #"not false"#, #"header :contains "subject" "a""#,
        #"header :matches ["subject", "x"] "*a?b*""#,
        #"header :regex "subject" "(a+)+b(.*)""#, #"header :is :index 1 :last "received" "x""#,
        #"header :comparator "i;unicode-casemap" :matches "subject" "?*ä""#,
        #"address :all :matches "from" "*@*""#, #"address :detail "to" "a""#,
        #"header :count "gt" :comparator "i;ascii-numeric" "to" "1""#,
        #"header :value "lt" :comparator "i;ascii-numeric" "x" "${1}""#,
        #"body :text :contains "a""#, #"body :raw :matches "*a*b*""#,
        #"body :content ["text", "multipart"] :is """#,
        #"header :mime :anychild :contenttype "content-type" "text/html""#,
        #"header :mime :param ["name", "charset"] :contains "content-type" "a""#,
        #"exists :mime :anychild "content-disposition""#, #"exists ["from", "date"]"#, #"size :over 1K"#,
        #"date :zone "+0130" "date" "hour" "12""#,
        #"date :originalzone :last :index 1 "received" "iso8601" "x""#,
        #"currentdate "weekday" "1""#, #"duplicate :header "x""#, #"hasflag :contains "\\Seen" "a""#,
        #"string :matches "${a}" "*${b}*""#, #"envelope :localpart "from" "a""#, #"environment "name" "*""#,
        #"spamtest :percent :value "ge" :comparator "i;ascii-numeric" "50""#,
        #"valid_notify_method "mailto:a@b""#,
        #"anyof (header "a" "b", exists "c", not size :under 10)"#, #"allof (true, string "${1}" "x")"#,
        #"mailboxexists "INBOX""#, #"ihave ["variables", "nothing"]"#,
        #"metadata "INBOX" "/private/comment" "x""#,
    ]

    private static let statements: [StaticString] = [
        #"keep;"#, #"discard;"#, #"stop;"#, #"fileinto "a";"#,
        #"fileinto :copy :create :flags "\\Seen" "${a}";"#,
        #"redirect "a@b.example";"#, #"set "a" "${1}${2}${a}";"#, #"set :lower :length "b" "${a}ä";"#,
        #"set :quotewildcard "a" "${b}*";"#, #"set :quoteregex "b" "${1}.";"#, #"addheader "X-A" "${a}";"#,
        #"addheader :last "X" "a";"#, #"deleteheader "X";"#,
        #"deleteheader :index 1 :last :contains "subject" "a";"#,
        #"addflag "\\Flagged";"#, #"removeflag ["a", "${a}"];"#, #"setflag "a" "b c";"#,
        #"extracttext :first 10 "a";"#, #"replace "new";"#,
        #"replace :mime "Content-Type: text/plain\n\nx";"#,
        #"enclose :subject "s" "text";"#, #"vacation :days 1 "away ${a}";"#,
        #"notify "mailto:a@b.example?body=${a}";"#,
        #"break;"#, #"redirect :copy "${a}@b.example";"#, #"set :encodeurl "a" "${a}";"#,
    ]

    private static let words: [StaticString] = [
        "if ", "elsif ", "else ", "{ ", "} ", "; ", "( ", ") ", "[ ", "] ", ", ", "\"", "\\", "\n", "#", "/*",
        "*/",
        "text:\n", "\n.\n", "..", "\"a\" ", "\"${a}\" ", "\"${1}\" ", "${", "}", "1", "9999999999", "K", ":",
        ":is ",
        ":contains ", ":matches ", ":regex ", ":count \"gt\" ", ":comparator \"i;octet\" ", ":index 1 ",
        ":last ",
        ":mime ", ":anychild ", "header ", "address ", "exists ", "size :over 1 ", "not ", "anyof (",
        "allof (", "true ",
        "false ", "keep; ", "discard; ", "stop; ", "fileinto ", "redirect ", "set \"a\" ", "require ",
        "\"*\" ", "\"?\" ",
        "foreverypart ", "break ", "extracttext ", "vacation ", "body ", "date ", "\"from\" ", "\"subject\" ",
        "\u{e4}",
        ":text ", ":content ", "include ", "return; ", "global ", "\"\" ", " ",
    ]

    private static let lines: [StaticString] = [
        "Subject: ab ", "From: Ann <a@b.example>\n", "To: a+b@c.example, d@e.example\n", "Received: x\n",
        "\n", "\r\n",
        "Date: Mon, 2 Jan 2023 10:11:12 +0100\n", "Content-Type: multipart/mixed; boundary=x\n", "\n--x\n",
        "\n--x--\n",
        "Content-Type: text/html; charset=utf-8\n", "Content-Type: message/rfc822\n",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n", "YWJj", "=41=\n", "<p>a&amp;b</p>",
        "=?utf-8?q?=C3=A4?=",
        "=?utf-8?b?w6Q=?=", "X: ", "a", "b", " ", "\t", ":", "\"", "(", ")", "<", ">", "@", ",", ";", "\\",
        "\u{e4}",
        "Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b\n", "Message-ID: <a@b>\n",
        "1", "--x",
        "charset=iso-8859-1", "boundary=\"y\"", "\n--y\n", "Auto-Submitted: no\n", "List-Id: x\n",
    ]
}
