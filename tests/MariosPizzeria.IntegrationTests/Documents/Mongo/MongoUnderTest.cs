namespace MariosPizzeria.IntegrationTests.Documents.Mongo;

/// <summary>The server that speaks MongoDB's protocol in this run. The tests make and keep databases of their own on it.</summary>
internal static class MongoUnderTest
{
    /// <summary>The variable that names it: <c>mongodb://host:port/</c>.</summary>
    public const string Variable = "MONGODB_TEST_URL";

    /// <summary>Its address; a database's name can be appended.</summary>
    public static string Address => Environment.GetEnvironmentVariable(Variable)!.TrimEnd('/') + "/";
}
