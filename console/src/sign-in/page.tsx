import { Empty } from '../components/states.tsx';

export function SignInPage() {
  return <Empty title="Sign in" />;
}
