extension FrontEnd {
    /// What `--help` prints.
    package var help: String {
        self == .postmaster
            ? Self.nativeHelp
            : "\(rawValue): Postmaster \(Version.text), called by another agent's name, takes that agent's options; see postmaster(8)\n"
    }

    private static var nativeHelp: String {
        """
        usage: postmaster [OPTION]... < MESSAGE
        Delivers the message on standard input; exit status 0 means that it is on disk.

          -d USER                 deliver to this user (needed when started as root)
          -f SENDER               reverse path; "" or <> is the null reverse path
          -a ORIGINAL-RECIPIENT   recipient before aliases, with its detail
          -r RECIPIENT            recipient of this delivery
          -m MAILBOX              mailbox in place of INBOX
          -e                      tell rejections on standard error, exit 77 (always done)
          -k                      keep the environment
          -p FILE                 read the message from a file
          -c FILE                 configuration file (/etc/postmaster/postmaster.toml)
          -o SECTION.KEY=VALUE    set one key of the configuration for this run
          --mail-dir DIR          deliver into this Maildir as the calling user, without look-up and configuration file
          --script FILE           Sieve script in place of the user's own
          --client-address IP     address of the SMTP client
          --client-helo NAME      name that the SMTP client gave
          --client-name NAME      name of the SMTP client in the DNS
          --sasl-user NAME        user that the sender was authenticated as
          --queue-id ID           the message transfer agent's name for the message
          --envid ID              envelope identifier of the DSN extension
          --dsn-notify WORDS      what the sender wants to be told: NEVER, or of SUCCESS,FAILURE,DELAY
          --dsn-return WORD       what of the message comes back with that: FULL or HDRS
          --deliver-by TIME       BY of the DELIVERBY extension, like 3600;R
          --size BYTES            size of the message, as the message transfer agent counts it
          --mta NAME              whose exit statuses: postfix, exim, sendmail, opensmtpd or qmail
          --dry-run               print the plan as JSON and write nothing
          --version               print the version
          --help                  print this

        """
    }
}
