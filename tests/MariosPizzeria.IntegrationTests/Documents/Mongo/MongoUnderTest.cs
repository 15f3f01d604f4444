namespace MariosPizzeria.IntegrationTests.Documents.Mongo;

/// <summary>The MongoDB-compatible server of this run. The tests create their own databases on it and do not delete them.</summary>
internal static class MongoUnderTest
{
    /// <summary>The environment variable with the server's address: <c>mongodb://host:port/</c>.</summary>
    public const string Variable = "MONGODB_TEST_URL";

    /// <summary>The server's address, to which a database name can be appended.</summary>
    public static string Address => Environment.GetEnvironmentVariable(Variable)!.TrimEnd('/') + "/";
}
