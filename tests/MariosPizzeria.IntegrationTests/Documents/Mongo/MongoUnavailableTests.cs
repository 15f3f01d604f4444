using MariosPizzeria.BuildingBlocks.Documents;

namespace MariosPizzeria.IntegrationTests.Documents.Mongo;

public sealed class MongoUnavailableTests
{
    [Fact]
    public async Task A_database_that_does_not_answer_is_named_as_such()
    {
        await using var store = DocumentStore.Open("mongodb://127.0.0.1:1/nowhere");

        await Should.ThrowAsync<DatabaseUnavailableException>(() => store.Parcels.FindAsync("p1", default));
        await Should.ThrowAsync<DatabaseUnavailableException>(() => store.Database.PingAsync(default));
    }
}
