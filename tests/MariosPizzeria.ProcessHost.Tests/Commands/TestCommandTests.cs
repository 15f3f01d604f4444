using MariosPizzeria.ProcessHost.Commands;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Commands;

public sealed class TestCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Passed_failed_and_skipped_tests_are_counted_and_a_failure_is_shown_in_full()
    {
        File.WriteAllText(
            _file,
            """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
              <UnitTestResult testName="One" outcome="Passed" />
              <UnitTestResult testName="Two" outcome="Passed" />
              <UnitTestResult testName="Three" outcome="NotExecuted" />
              <UnitTestResult testName="Four" outcome="Failed"><Output>
                <StdOut>what it wrote</StdOut>
                <ErrorInfo><Message>should be 1 but was 2</Message><StackTrace>at Four.cs:line 4</StackTrace></ErrorInfo>
              </Output></UnitTestResult>
            </Results></TestRun>
            """
        );

        var outcome = TestCommand.Read("Some.Tests", new ToolResult(1, "", ""), _file);

        outcome.ToString().ShouldBe("2 passed, 1 failed, 1 skipped");
        var failure = outcome.Failures.ShouldHaveSingleItem();
        failure.ShouldContain("FAILED Four");
        failure.ShouldContain("should be 1 but was 2");
        failure.ShouldContain("at Four.cs:line 4");
        failure.ShouldContain("what it wrote");
    }

    [Fact]
    public void A_test_host_that_crashed_is_a_failure_with_its_words()
    {
        var outcome = TestCommand.Read("Some.Tests", new ToolResult(1, "The active test run was aborted", ""), "/nowhere.trx");

        outcome.Failed.ShouldBe(1);
        outcome.Failures.ShouldHaveSingleItem().ShouldContain("The active test run was aborted");
    }

    [Theory]
    [InlineData("Placing_the_same", "FullyQualifiedName~Placing_the_same")]
    [InlineData("Category=fast", "Category=fast")]
    [InlineData("FullyQualifiedName!~Servers", "FullyQualifiedName!~Servers")]
    public void A_bare_word_is_a_part_of_the_name(string filter, string expression) => TestCommand.Expression(filter).ShouldBe(expression);
}
