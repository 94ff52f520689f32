// What a front end written with Relay would hold; the compiler reads the tags, nobody runs this file.
import { graphql } from 'relay-runtime'

graphql`
  query pagesLeaderboardQuery($run: ID!) {
    run(id: $run) {
      id
      ...pagesLeaderboard_run
    }
  }
`

graphql`
  fragment pagesLeaderboard_run on Run
  @refetchable(queryName: "pagesLeaderboardPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }) {
    id
    status
    scorecards(first: $first, after: $after, orderBy: [{ field: POINTS, direction: DESC }])
      @connection(key: "pagesLeaderboard_scorecards") {
      edges {
        node {
          id
          rank
          points
          manager {
            id
            code
            ...pagesPerson_manager
          }
        }
      }
    }
  }
`

graphql`
  fragment pagesPerson_manager on Manager {
    name
    branch {
      code
    }
  }
`

graphql`
  query pagesScorecardQuery($run: ID!, $manager: String!, $locale: String) {
    scorecard(runId: $run, managerCode: $manager) {
      id
      grade @required(action: NONE)
      lines {
        indicator {
          id
          code
        }
        points
        explanation(locale: $locale) {
          sum
        }
      }
    }
  }
`

graphql`
  query pagesNodeQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Run {
        period
        code
      }
    }
  }
`

graphql`
  subscription pagesFollowSubscription($run: ID!) {
    runProgress(runId: $run) {
      id
      status
      progress {
        stage
        done
        total
      }
    }
  }
`

graphql`
  mutation pagesImportMutation($input: ImportDeliveryInput!) {
    importDelivery(input: $input) {
      __typename
      ... on ImportDeliveryPayload {
        arrival {
          id
          name
        }
      }
    }
  }
`
