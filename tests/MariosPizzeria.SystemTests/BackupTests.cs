namespace MariosPizzeria.SystemTests;

/// <summary>A backup of a running system, restored as another system.</summary>
[Collection(SystemCollection.Name)]
public sealed class BackupTests(PizzeriaSystem system)
{
    [Fact]
    public async Task A_backup_that_was_made_while_it_ran_comes_back_as_another_system_and_in_place_of_its_data_only_if_asked_to()
    {
        await system.UntilReadyAsync();
        using var customer = await Guest.SignInAsync(system, "customer");
        var id = (await customer.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        var file = Path.Combine(Path.GetTempPath(), $"pizzeria-{Guid.NewGuid():N}.backup");
        var another = new PizzeriaSystem();
        try
        {
            var (made, said) = await system.CommandAsync("backup", file);
            made.ShouldBe(0, said);
            said.ShouldContain("orderdb: ");

            (await system.CommandAsync("restore", file)).ShouldSatisfyAllConditions(
                refused => refused.Exit.ShouldBe(1),
                refused => refused.Output.ShouldContain("A system is running here")
            );
            var (restored, told) = await another.CommandAsync("restore", file, "--port", $"{another.Address.Port}");
            restored.ShouldBe(0, told);
            told.ShouldContain("each as it was copied");

            using var manager = await Guest.SignInAsync(another, "manager");
            (await manager.GetAsync($"/api/orders/{id}")).GetProperty("id").GetString().ShouldBe(id);
            await Eventually.HoldsAsync(
                async () =>
                    (await manager.GetAsync("/api/kitchen/tickets"))
                        .GetProperty("items")
                        .EnumerateArray()
                        .Any(ticket => ticket.GetProperty("orderId").GetString() == id),
                "the order's ticket is in the kitchen, or told to it again"
            );
            await manager.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "a test" });
            await manager.UntilStatusAsync(id, "cancelled");
            (await another.CommandAsync("restore", file)).Exit.ShouldBe(1);

            var (replaced, report) = await another.CommandAsync("restore", file, "--replace", "--port", $"{another.Address.Port}");
            replaced.ShouldBe(0, report);
            report.ShouldContain("each as it was copied");
            using var afterwards = await Guest.SignInAsync(another, "manager");
            (await afterwards.GetAsync($"/api/orders/{id}")).GetProperty("status").GetString().ShouldBe("confirmed");
        }
        finally
        {
            File.Delete(file);
            await another.DisposeAsync();
            await customer.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "a test" });
        }
    }
}
