namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// What the most used passwords are made of, in lower case and letters only. With fifteen characters required, what is left of the
/// well-known lists are these words said twice, joined, or followed by digits.
/// </summary>
internal static class CommonPasswords
{
    public static readonly string[] Words =
    [
        "agentauth", "agent", "password", "passwort", "passwd", "pass", "word", "secret", "admin", "administrator",
        "administrators", "root", "login", "signin", "welcome", "letmein", "changeme", "default", "temp", "temporary", "test",
        "testing", "tester", "demo", "guest", "user", "username", "super", "master", "access", "server", "system", "security",
        "secure", "private", "account", "company", "office", "computer", "internet", "google", "microsoft", "apple", "amazon",
        "facebook", "samsung", "windows", "linux", "oracle", "qwerty", "qwertyuiop", "asdf", "asdfgh", "asdfghjkl", "zxcv",
        "zxcvbn", "zxcvbnm", "qazwsx", "qwer", "qweasd", "abc", "abcd", "abcdef", "iloveyou", "love", "lovely", "loveme", "you",
        "baby", "angel", "princess", "sunshine", "shadow", "dragon", "monkey", "football", "baseball", "basketball", "soccer",
        "hockey", "superman", "batman", "spiderman", "starwars", "pokemon", "naruto", "michael", "jordan", "jennifer",
        "jessica", "daniel", "thomas", "charlie", "ashley", "michelle", "nicole", "andrew", "joshua", "matthew", "robert",
        "anthony", "george", "summer", "winter", "spring", "autumn", "january", "february", "march", "april", "june", "july",
        "august", "september", "october", "november", "december", "monday", "friday", "sunday", "freedom", "whatever",
        "trustno", "trust", "hello", "world", "flower", "ginger", "pepper", "cookie", "chocolate", "cheese", "banana", "orange",
        "killer", "hunter", "ranger", "soldier", "cowboy", "tigger", "purple", "silver", "golden", "diamond", "mustang",
        "ferrari", "harley", "corvette", "yankees", "lakers", "liverpool", "chelsea", "arsenal", "barcelona", "family",
        "forever", "friends", "blessed", "jesus", "christ", "god", "heaven", "hongkong", "london", "paris", "newyork",
        "correct", "horse", "battery", "staple", "correcthorsebatterystaple", "thisismypassword", "mypassword", "my", "the",
        "is", "this",
    ];

    public static readonly string[] Runs =
    [
        "1234567890", "0987654321", "0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
        "qwertyuiopasdfghjklzxcvbnm", "qwertyuiopasdfghjkl", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
        "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
    ];
}
